/** A platform in the process: it keeps no records, and answers with one made of what it was sent. */
export function server() {
  const requests = [];
  const fetch = async (url, init = {}) => {
    const { pathname } = new URL(url);
    const method = init.method ?? 'GET';
    const text = await new Response(init.body).text();
    const body = text === '' ? undefined : JSON.parse(text);
    requests.push([method, pathname, body]);
    return Response.json(responseTo(method, pathname, body));
  };
  return { fetch, requests };
}

const widget = {
  id: 'w1',
  name: 'first',
  colour: 'blue',
  serial: 7,
  config: { size: { w: 1, h: 2 } },
  tags: ['a'],
  createdAt: '2024-01-15T10:00:00.000Z',
  unknown: [1],
};

function responseTo(method, pathname, body) {
  if (pathname.endsWith('/paginate')) return { results: [widget, { ...widget, id: 'w2', name: 'second' }], total: 2, pageTotal: 1 };
  if (method === 'DELETE') return {};
  if (pathname.startsWith('/datasets')) return { datasetId: 'd1', name: 'Airports', owner: 'Ada', ...body };
  if (pathname.startsWith('/jobs')) return { id: 'j1', status: 'SUCCESS', completed: true };
  return { ...widget, ...body };
}
