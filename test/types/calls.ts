/** Compile-time tests of requests without a record: that this file compiles is the test. */
import type { Connection } from '../../src/index.js';
import { type Equal, holds } from './support.js';

interface Health {
  state: string;
}

export async function calls(connection: Connection): Promise<void> {
  const call = connection.get<Health>('health');
  const body = await call;
  holds<Equal<typeof body, Health>>();
  const text = await call.text();
  holds<Equal<typeof text, string>>();
  const bytes = await call.bytes();
  holds<Equal<typeof bytes, Uint8Array>>();
  for await (const chunk of call.stream()) holds<Equal<typeof chunk, Uint8Array>>();
  const raw = await call.raw();
  holds<Equal<(typeof raw)['status'], number>>();
  const json: Health = raw.body;
  const file: Uint8Array = (await call.raw('bytes')).body;
  const stream: AsyncIterable<Uint8Array> = (await call.raw('stream')).body;
  // @ts-expect-error there is no such kind of body
  await call.raw('blob');
  console.log(json, file, stream);
}
