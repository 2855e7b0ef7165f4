/**
 * A test suite of a user: code that talks to the platform is tested against the local one, with no port, no account and no network.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/09-your-tests.js
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ServerError } from 'remote-record';
import { LocalPlatform } from 'remote-record/local';
import { type Dataset, Moderately } from 'remote-record/moderately';

/** The code under test: one description for all datasets of a name. */
async function describe(mai: Moderately, nameLike: string, description: string): Promise<Dataset[]> {
  const datasets = await mai.Dataset.search({ nameLike }).toArray();
  return await Promise.all(datasets.map((dataset) => dataset.save({ description })));
}

let platform: LocalPlatform;
let mai: Moderately;

before(async () => {
  platform = await LocalPlatform.start({
    port: false,
    seed: { datasets: [{ name: 'Lake Baikal' }, { name: 'Lake Huron' }, { name: 'Elbe' }] },
  });
  mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId, fetch: platform.fetch });
});
beforeEach(() => platform.reset());
after(async () => {
  await mai.close();
  await platform.close();
});

test('describes all datasets of a name', async () => {
  const datasets = await describe(mai, 'Lake', 'A lake');
  assert.deepEqual(datasets.map(({ name }) => name).sort(), ['Lake Baikal', 'Lake Huron']);
  assert.equal((await mai.Dataset.findBy({ name: 'Lake Huron' }))?.description, 'A lake');
});

test('sends only the description', async () => {
  await describe(mai, 'Huron', 'A lake');
  assert.deepEqual(
    platform.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body),
    [{ description: 'A lake' }],
  );
});

test('gets over two failures of a dataset', async () => {
  platform.faults({ method: 'PATCH', status: 503, retryAfter: 0, times: 2 });
  await describe(mai, 'Huron', 'A lake');
  assert.equal(platform.requests.filter(({ method }) => method === 'PATCH').length, 3);
});

test('tells when the platform is down', async () => {
  platform.faults({ status: 500 });
  await assert.rejects(describe(mai, 'Lake', 'A lake'), ServerError);
});
