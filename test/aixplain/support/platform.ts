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

/** A body that a request must have, whatever its type. */
export function body(expected: object): nock.DataMatcherMap {
  return JSON.parse(JSON.stringify(expected));
}
