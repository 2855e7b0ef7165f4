import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { parseTable, runGraph } from '../../../src/local/engine/index.js';
import type { Column, Row } from '../../../src/local/engine/types.js';
import { pipeline, services } from '../engine/support/engine.js';

/** A data file of the package, beside its entry, as its exports do not name it. */
const fileOf = (name: string) => new URL(`../data/${name}`, import.meta.resolve('vega-datasets'));
const types = {
  routes: { origin: 'string', destination: 'string', count: 'integer' },
  airports: { iata: 'string', name: 'string', city: 'string', state: 'string', country: 'string', latitude: 'float', longitude: 'float' },
};

describe('routes joined to airports', () => {
  it('are those that two look-ups find, the busiest first', async () => {
    const texts = {
      routes: await readFile(fileOf('flights-airport.csv')),
      airports: await readFile(fileOf('airports.csv')),
    };
    const read = (name: string): Record<string, string>[] => parse(texts[name as keyof typeof texts], { columns: true });
    const cities = new Map(read('airports').map(({ iata, city }) => [iata, city]));
    const expected = read('routes')
      .filter(({ origin, destination }) => cities.has(origin) && cities.has(destination))
      .map(({ origin, destination, count }) => ({
        origin,
        originCity: cities.get(origin),
        destination,
        destinationCity: cities.get(destination),
        count: Number(count),
      }))
      .sort((a, b) => b.count - a.count);
    expect(expected).to.have.length(5366);

    const columnsOf = (name: string): Column[] =>
      Object.entries(types[name as keyof typeof types]).map(([column, type], index) => ({
        name: column,
        type,
        nullable: true,
        pos: index + 1,
      }));
    const world = services();
    world.openDataset = async (name) => {
      const columns = columnsOf(name);
      const rows = parseTable(() => Readable.from([texts[name as keyof typeof texts]]), { fileType: 'csv', columns });
      return { name, columns, rows };
    };
    const joins = [
      { dataset: 'origin', left_key: 'origin', right_key: 'iata' },
      { dataset: 'destination', left_key: 'routes.destination', right_key: 'iata' },
    ];
    const output_columns = [
      ['origin', 'routes.origin', 'string'],
      ['originCity', 'origin.city', 'string'],
      ['destination', 'routes.destination', 'string'],
      ['destinationCity', 'destination.city', 'string'],
      ['count', 'count', 'integer'],
    ].map(([name, source, type]) => ({ name, source, type }));
    const blocks = {
      routes: ['dataset', { dataset_id: 'routes' }],
      airports: ['dataset', { dataset_id: 'airports' }],
      join: ['join', { base_dataset: 'routes', joins, output_columns }],
      sorted: ['transform', { operations: [{ type: 'sort', by: [{ column: 'count', direction: 'desc' }] }] }],
      out: ['output'],
    } as const;
    const configuration = pipeline(
      blocks,
      'routes -> join.routes',
      'airports -> join.origin',
      'airports -> join.destination',
      'join -> sorted',
      'sorted -> out',
    );
    const { output } = await runGraph(configuration, {}, { services: world });
    expect(output as Row[]).to.deep.equal(expected);
  });
});
