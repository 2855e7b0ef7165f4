import { setTimeout as delay } from 'node:timers/promises';
import { LocalPlatform } from '../../../src/local/index.js';

/** A platform in a process of its own, for tests that end it the hard way. It says where it is on its first line. */
const platform = await LocalPlatform.start({ dataDir: process.argv[2] ?? '' });
platform.block('identity', async ({ inputs }) => {
  await delay(15);
  return inputs.data;
});
const { url, apiKey, teamId, userId } = platform;
console.log(JSON.stringify({ url, apiKey, teamId, userId }));
