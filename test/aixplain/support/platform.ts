import type nock from 'nock';
import { Aixplain, type AixplainOptions, AixplainResource } from '../../../src/aixplain/index.js';
import { Entity, Field } from '../../../src/index.js';

export const backend = 'https://platform-api.aixplain.test';
export const models = 'https://models.aixplain.test';

/** A connection to nowhere: nock answers. */
export function connect(options: AixplainOptions = {}): Aixplain {
  const key = options.aixplainApiKey === undefined ? { apiKey: 'team-key-of-the-tests' } : {};
  return new Aixplain({ ...key, backendUrl: backend, modelUrl: `${models}/api/v2/execute`, maxRetries: 0, ...options });
}

/** The least a user writes for a resource. */
@Entity({ path: 'demo' })
export class Demo extends AixplainResource {
  @Field() instructions!: string | null;
  @Field() tags!: string[];
}

/** Sets environment variables for one test; undefined takes one away. */
export function withEnvironment(values: Readonly<Record<string, string | undefined>>): void {
  const before = new Map<string, string | undefined>();
  const put = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  beforeEach(() => {
    for (const [name, value] of Object.entries(values)) {
      before.set(name, process.env[name]);
      put(name, value);
    }
  });
  afterEach(() => {
    for (const [name, value] of before) put(name, value);
  });
}

/** What a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('It succeeded, although it should have failed.');
}

/** A body that a request must have, whatever its type. */
export function body(expected: object): nock.DataMatcherMap {
  return JSON.parse(JSON.stringify(expected));
}
