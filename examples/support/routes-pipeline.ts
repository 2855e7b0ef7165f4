/** A configuration that joins each route to the airports at its two ends, counts the rows, and keeps the ten with the most flights. */
export function joinRoutesToAirports(datasets: { routes: string; airports: string }) {
  const column = (name: string, source: string, type: 'string' | 'integer') => ({ name, source, type, nullable: true });
  const connect = (source: string, target: string, port = 'data') => ({
    source_block_id: source,
    source_port: 'data',
    target_block_id: target,
    target_port: port,
  });
  return {
    id: 'busiest-routes',
    name: 'Busiest routes',
    blocks: {
      routes: { id: 'routes', type: 'dataset', config: { dataset_id: datasets.routes } },
      airports: { id: 'airports', type: 'dataset', config: { dataset_id: datasets.airports } },
      joined: {
        id: 'joined',
        type: 'join',
        config: {
          base_dataset: 'routes',
          joins: [
            { dataset: 'airports', left_key: 'origin', right_key: 'iata', join_type: 'inner' },
            { dataset: 'airports', left_key: 'destination', right_key: 'iata', join_type: 'inner' },
          ],
          output_columns: [
            column('origin', 'routes.origin', 'string'),
            column('originCity', 'airports.city', 'string'),
            column('destination', 'routes.destination', 'string'),
            column('destinationCity', 'airports_2.city', 'string'),
            column('count', 'routes.count', 'integer'),
          ],
        },
      },
      total: {
        id: 'total',
        type: 'transform',
        config: { operations: [{ type: 'aggregate', aggregations: [{ function: 'count', name: 'rowsJoined' }] }] },
      },
      busiest: {
        id: 'busiest',
        type: 'transform',
        config: {
          operations: [
            { type: 'sort', by: [{ column: 'count', direction: 'desc' }] },
            { type: 'limit', count: 10 },
          ],
        },
      },
      total_output: { id: 'total_output', type: 'output', config: { name: 'total' } },
      busiest_output: { id: 'busiest_output', type: 'output', config: { name: 'busiest' } },
    },
    connections: [
      connect('routes', 'joined', 'routes'),
      connect('airports', 'joined', 'airports'),
      connect('joined', 'total'),
      connect('joined', 'busiest'),
      connect('total', 'total_output'),
      connect('busiest', 'busiest_output'),
    ],
  };
}
