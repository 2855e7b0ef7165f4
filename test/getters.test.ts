import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import * as aixplain from '../src/aixplain/index.js';
import { BaseResource, Result } from '../src/index.js';
import { metadataOf } from '../src/model/fields/compile.js';
import * as moderately from '../src/moderately/index.js';
import { runs } from './support/runs.js';

type Json = Record<string, unknown>;
type Make = (json: Json) => object;

const mai = new moderately.Moderately({ apiKey: 'k', teamId: 't', baseUrl: 'https://mai.test' });
const aix = new aixplain.Aixplain({ apiKey: 'k', backendUrl: 'https://aix.test' });

/** Getters that are about the connection or the id, and say so by an error. */
const demanding = ['encodedId', 'observer'];

/** All getters of an object, its class's and those of the classes above. */
function gettersOf(object: object): string[] {
  const names = new Set<string>();
  for (let at: object | null = Object.getPrototypeOf(object); at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(at))) if (get) names.add(name);
  }
  return [...names].filter((name) => !demanding.includes(name));
}

/** Reads all that can be read of an object. */
function readAll(object: object): void {
  const own = object as Record<string, unknown>;
  for (const name of gettersOf(object)) void own[name];
  for (const name of ['workState', 'readProgress', 'isRecent', 'toDict', 'toJSON', 'column']) {
    const method = own[name];
    if (typeof method === 'function' && !(name.startsWith('to') && own.isNew)) method.call(object, ...(name === 'column' ? ['x'] : []));
  }
  inspect(object);
  // A new record has nothing that its unreadable dates could be printed as.
  if (!own.isNew) JSON.stringify(object);
  for (const name of Object.keys(object)) void own[name];
}

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
  fc.constantFrom<unknown>(
    null,
    [],
    {},
    '',
    0,
    -1,
    1e300,
    true,
    'completed',
    '2026-01-01T00:00:00Z',
    'a.csv',
    { toString: 1 },
    { length: 1 },
    [null],
    [{}],
    {
      text: 1,
    },
  ),
);

const makers = new Map<string, { make: Make; keys: string[] }>();
for (const [connection, exported] of [
  [mai, moderately],
  [aix, aixplain],
] as const) {
  for (const [name, Class] of Object.entries(exported as Record<string, unknown>)) {
    if (typeof Class !== 'function') continue;
    if (Class.prototype instanceof BaseResource) {
      const Bound = connection.bind(Class as unknown as typeof BaseResource);
      const keys = metadataOf(Class).fields.map(({ wire }) => wire);
      const id = metadataOf(Class).id.wire;
      makers.set(name, {
        make: (json) => Bound.fromDict({ [id]: 'x', ...json }),
        keys: [...keys, 'nodes', 'links', 'processingError', 'token'],
      });
    } else if (Class.prototype instanceof Result || Class === Result) {
      const keys = [
        'status',
        'completed',
        'url',
        'data',
        'result',
        'usage',
        'requestId',
        'runTime',
        'usedCredits',
        'progress',
        'elapsed_time',
        'errorMessage',
      ];
      makers.set(name, { make: (json) => new (Class as new (raw: Json) => Result)(json), keys });
    }
  }
}

describe('the getters of every class', () => {
  it('are those of many classes', () => {
    expect([...makers.keys()]).to.include.members([
      'File',
      'Dataset',
      'User',
      'PipelineExecution',
      'AgentExecution',
      'Pipeline',
      'FileResource',
      'PipelineResponse',
    ]);
  });

  for (const [name, { make, keys }] of makers) {
    it(`never throw, whatever the platform sends: ${name}`, () => {
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: keys.length }), (json) => readAll(make({ ...json }))),
        { numRuns: runs(200) },
      );
      for (const key of keys) {
        for (const odd of [[], {}, 5, true, '', 'x', [[]], [{}], { a: 1 }, -1, 1.5, 1e300, { toString: 1 }, [{ toString: 1 }]])
          readAll(make({ [key]: odd }));
      }
    });
  }

  it('answer as they do for nothing where a value has another type', () => {
    const file = mai.File.fromDict({ fileId: 'f', mimeType: [], fileName: {}, uploadStatus: [] });
    expect(file).to.include({ isCsv: false, isImage: false, isText: false, isDocument: false, isReady: false, extension: '' });
    const user = mai.User.fromDict({ userId: 'u', createdAt: [], nickname: 5, fullName: {} });
    expect(user).to.include({ formattedCreatedAt: '', hasNickname: false });
    expect(mai.Pipeline.fromDict({ pipelineId: 'p', successRate: '50' }).successRatio).to.equal(undefined);
    expect(mai.PipelineExecution.fromDict({ pipelineExecutionId: 'e', status: 5 }).isTerminal).to.equal(false);
  });
});
