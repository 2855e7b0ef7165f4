import { LocalPlatform, type LocalPlatformLimits } from '../../src/local/index.js';

/** Handlers of the local platform are functions, or modules by their URL. Never called: compiling is the test. */
export async function handlers(): Promise<void> {
  const limits: LocalPlatformLimits = { blockSeconds: 60, blockBytes: 2 ** 29, idleProcesses: 0 };
  const platform = await LocalPlatform.start({ limits, blocks: new URL('./handlers.js', import.meta.url) });
  const same: LocalPlatform = platform.block('shout', ({ inputs, signal }) => (signal.aborted ? null : String(inputs.data)));
  same.block('score', new URL('./score.js', import.meta.url));
  // @ts-expect-error A path could be relative to anything.
  platform.block('score', './score.js');
  // @ts-expect-error There is no such limit.
  await LocalPlatform.start({ limits: { seconds: 1 } });
  await LocalPlatform.start({ s3: { bucket: 'files', endpoint: 'https://s3.example.test' } });
  // @ts-expect-error A bucket has a name.
  await LocalPlatform.start({ s3: { endpoint: 'https://s3.example.test' } });
}
