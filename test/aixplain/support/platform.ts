import nock from 'nock';
import { Aixplain, type AixplainOptions, AixplainResource } from '../../../src/aixplain/index.js';
import { Entity, Field } from '../../../src/index.js';

export const backend = 'https://platform-api.aixplain.test';
export const models = 'https://models.aixplain.test';

/** A connection to nowhere: nock answers. */
export function connect(options: AixplainOptions = {}): Aixplain {
  const key = options.aixplainApiKey === undefined ? { apiKey: 'team-key-of-the-tests' } : {};
  return new Aixplain({ ...key, backendUrl: backend, modelUrl: `${models}/api/v2/execute`, maxRetries: 0, ...options });
}

/** How the platform ends what it does at once. */
export const done = { status: 'SUCCESS', completed: true };

/** The classes whose records can be fetched. */
type Fetched = {
  [K in keyof Aixplain]: Aixplain[K] extends { get(id: string): unknown; new (...args: never[]): unknown } ? K : never;
}[keyof Aixplain];

/** What fetches a record at a path, which the platform has as `stored`, with other values if need be. */
export function fetching<K extends Fetched>(name: K, path: string, stored: object) {
  return async (values: object = {}, aix = connect()): Promise<InstanceType<Extract<Aixplain[K], new (...args: never[]) => unknown>>> => {
    nock(backend)
      .get(path)
      .reply(200, { ...stored, ...values });
    const Class = aix[name] as unknown as { get(id: string): Promise<never> };
    return Class.get(path.split('/').at(-1) as string);
  };
}

/** The service for models takes one body for an asset, and answers. */
export function answers(id: string, sent: object, answer: object = done): nock.Scope {
  return nock(models)
    .post(`/api/v2/execute/${id}`, body(sent))
    .reply(200, { ...answer });
}

/** What an error complains of. */
export function fieldsOf(error: Error): string[] {
  return (error as unknown as { details: { field: string }[] }).details.map(({ field }) => field);
}

/** The least a user writes for a resource. */
@Entity({ path: 'demo' })
export class Demo extends AixplainResource {
  @Field() instructions!: string | null;
  @Field() tags!: string[];
}

/** A body that a request must have, whatever its type. */
export function body(expected: object): nock.DataMatcherMap {
  return JSON.parse(JSON.stringify(expected));
}
