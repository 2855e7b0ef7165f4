import { exampleNames, itRuns } from './support/example.js';

const names = (await exampleNames()).filter((name) => !name.startsWith('0'));

describe('every example of one subject', () => {
  for (const name of names) itRuns(name);
});
