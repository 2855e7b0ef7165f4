import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { runExample } from '../support/example.js';
import { withFolder } from '../support/folder.js';

interface Facts {
  rowsJoined: number;
  routes: { origin: string; originCity: string; destination: string; destinationCity: string; count: number }[];
  requests: number;
  polls: number;
}

const sample = (file: string): string => fileURLToPath(new URL(`../../../node_modules/vega-datasets/data/${file}`, import.meta.url));
const read = async (file: string): Promise<Record<string, string>[]> => parse(await readFile(sample(file)), { columns: true, bom: true });

/** The same join, computed without any of our code. */
async function expected(): Promise<Pick<Facts, 'rowsJoined' | 'routes'>> {
  const cities = new Map((await read('airports.csv')).map(({ iata, city }) => [iata, city]));
  const routes = (await read('flights-airport.csv'))
    .filter(({ origin, destination }) => cities.has(origin) && cities.has(destination))
    .map(({ origin, destination, count }) => ({
      origin: origin ?? '',
      originCity: cities.get(origin) ?? '',
      destination: destination ?? '',
      destinationCity: cities.get(destination) ?? '',
      count: Number(count),
    }));
  return { rowsJoined: routes.length, routes: routes.toSorted((a, b) => b.count - a.count).slice(0, 10) };
}

describe('the quickstart', function () {
  this.timeout(60_000);
  const inFolder = withFolder();
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(inFolder(name), content);
    return inFolder(name);
  };
  const quickstart = (...args: string[]) => runExample('01-quickstart.js', ...args);

  it('joins routes to airports as an independent computation does', async () => {
    const { code, out, err } = await quickstart('--json');
    expect(err).to.equal('');
    expect(code).to.equal(0);
    const facts = JSON.parse(out) as Facts;
    const { rowsJoined, routes } = await expected();
    expect(facts).to.have.all.keys('rowsJoined', 'routes', 'requests', 'polls');
    expect(facts.rowsJoined).to.equal(rowsJoined);
    expect(facts.routes).to.deep.equal(routes);
    expect(facts.requests).to.be.greaterThan(10);
    expect(facts.polls).to.be.greaterThan(0);
  });

  it('tells the whole story in plain lines', async () => {
    const { code, out, err } = await quickstart();
    expect(err).to.equal('');
    expect(code).to.equal(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no escape sequences may go into a pipe
    expect(out).not.to.match(/\u001b/);
    const [busiest] = (await expected()).routes;
    expect(out).to.contain(`${busiest?.originCity} (${busiest?.origin})`);
    expect(out).to.match(/PATCH \/datasets\/\S+ {"description":"[^"]+"}\n/);
    expect(out).to.contain('modified: true (configuration)').and.to.contain('after revert(): modified false');
    expect(out).to.contain('is shouting');
    expect(out).to.contain('6 datasets on 3 pages of 2');
    expect(out).to.contain('0 copies are left');
    expect(out).to.contain('has been deleted');
  });

  const refusals: [string, () => Promise<string[]>, RegExp][] = [
    ['a table that is not there', async () => ['--airports', inFolder('nowhere.csv')], /nowhere\.csv/],
    [
      'a table with a ragged row',
      async () => ['--airports', await file('ragged.csv', 'iata,city\nABE,Allentown\nABI,Abilene,more\n')],
      /row|line/i,
    ],
    ['an option nobody knows', async () => ['--airprots', 'x'], /airprots/],
  ];
  for (const [what, args, message] of refusals) {
    it(`says what to do about ${what}, and exits with 1`, async () => {
      const { code, out, err } = await quickstart('--json', ...(await args()));
      expect(out).to.equal('');
      expect(err).to.match(message);
      expect(err).not.to.match(/\n {4}at /);
      expect(code).to.equal(1);
    });
  }

  it('says what to do about a port that is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const { code, err } = await quickstart('--json', '--port', String(port));
    await new Promise((resolve) => taken.close(resolve));
    expect(err).to.contain(`${port} is in use`).and.to.contain('another port');
    expect(code).to.equal(1);
  });
});
