import { inspect } from 'node:util';
import { expect } from 'chai';
import { Aixplain, AixplainResource } from '../../../src/aixplain/index.js';
import { APIError, ConfigurationError, Connection, ValidationError } from '../../../src/index.js';
import { Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { closeServers, json, type Seen, serve } from '../../support/server.js';
import { realSockets } from '../../support/sockets.js';
import { connect, Widget } from '../../support/widgets.js';

const apiKey = 'key-of-this-call-alone';

describe('a key given for one call', () => {
  realSockets();
  afterEach(closeServers);

  const answers = (request: Seen): unknown =>
    request.url.endsWith('/paginate')
      ? { results: [{ id: 'a' }], total: 2, pageTotal: 2 }
      : request.url.endsWith('/run')
        ? { status: 'IN_PROGRESS', data: '/runs/1' }
        : request.url.endsWith('/runs/1')
          ? { status: 'SUCCESS', completed: true, data: 1 }
          : { id: 'a', name: 'n' };

  it('is sent instead of the connection’s own, by every operation and with that call only', async () => {
    const server = await serve((request, response) => json(response, 200, answers(request)));
    const Widgets = connect({ baseUrl: server.url, apiKey: 'own-key-of-the-connection' }).bind(Widget);
    const widget = await Widgets.get('a', { apiKey });
    await widget.save({ name: 'x' }, { apiKey });
    await widget.refresh({ apiKey });
    await widget.run({}, { apiKey });
    const page = await Widgets.search({}, { apiKey });
    await page.next();
    await Widgets.search({ apiKey });
    await new Widgets({ name: 'new' }).save({}, { apiKey });
    await widget.delete({ apiKey });
    expect(server.seen.map(({ headers }) => headers.authorization)).to.deep.equal(server.seen.map(() => `Bearer ${apiKey}`));
    expect(server.seen).to.have.length(10);
    expect(JSON.stringify(server.seen.map(({ url, body }) => url + String(body)))).not.to.contain(apiKey);
    await Widgets.get('a');
    expect(server.seen.at(-1)?.headers.authorization).to.equal('Bearer own-key-of-the-connection');
  });

  it('goes where the connection’s own goes', async () => {
    const server = await serve((_request, response) => json(response, 200, { id: 'a' }));
    const sent = async (connection: Connection): Promise<unknown> => {
      await connection.bind(Widget).get('a', { apiKey });
      return server.seen.at(-1)?.headers;
    };
    const { url: baseUrl } = server;
    expect(await sent(new Connection({ baseUrl }))).to.include({ authorization: `Bearer ${apiKey}` });
    expect(await sent(new Connection({ baseUrl, credentials: { token: 't' } }))).to.include({ authorization: `Token ${apiKey}` });
    expect(await sent(new Connection({ baseUrl, credentials: { header: 'X-Key', value: 'v' } }))).to.include({ 'x-key': apiKey });
    const byFunction = new Connection({ baseUrl, credentials: ({ apiKey: given = 'own' }) => ({ 'x-mine': `k=${given}` }) });
    expect(await sent(byFunction)).to.include({ 'x-mine': `k=${apiKey}` });
    const aix = new Aixplain({ backendUrl: baseUrl, apiKey: 'own' });
    class Tool extends AixplainResource {
      static override resourcePath = 'v2/tools';
    }
    await aix.bind(Tool).get('a', { apiKey });
    expect(server.seen.at(-1)?.headers).to.include({ 'x-api-key': apiKey });
    await aix.Pipeline.get('a', { apiKey });
    expect(server.seen.at(-1)?.headers).to.include({ authorization: `Token ${apiKey}` });
    const mai = new Moderately({ baseUrl, apiKey: 'own', teamId: 't' });
    await mai.whoami({ apiKey }).catch(() => undefined);
    expect(server.seen.at(-1)?.headers).to.include({ authorization: `Bearer ${apiKey}` });
  });

  it('is never silently replaced by a function’s own', async () => {
    const server = await serve((_request, response) => json(response, 200, { id: 'a' }));
    const api = new Connection({ baseUrl: server.url, credentials: () => ({ authorization: 'own' }) });
    await failure(api.bind(Widget).get('a', { apiKey }), ConfigurationError);
    expect(server.seen).to.deep.equal([]);
  });

  it('is redacted where the server echoes it', async () => {
    const server = await serve((_request, response) => json(response, 403, { message: `no: ${apiKey}` }, { 'x-echo': apiKey }));
    const api = connect({ baseUrl: server.url });
    const error = await failure(api.bind(Widget).get('a', { apiKey }), APIError);
    expect(inspect(error, { depth: 9, maxStringLength: null }) + JSON.stringify(error)).not.to.contain(apiKey);
  });

  it('is refused when it is blank', async () => {
    for (const blank of ['', ' ', 5])
      await failure(
        connect()
          .bind(Widget)
          .get('a', { apiKey: blank as string }),
        ValidationError,
      );
  });

  it('another path for one call is that of a save too, and an id among the parameters must be the same', async () => {
    const server = await serve((_request, response) => json(response, 200, { id: 'a' }));
    const Widgets = connect({ baseUrl: server.url }).bind(Widget);
    const widget = await new Widgets({ name: 'n' }).save({}, { resourcePath: 'other' });
    await widget.save({ name: 'm' }, { resourcePath: 'other' });
    await Widgets.get('a', { id: 'a' });
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).to.deep.equal(['POST /other', 'PATCH /other/a', 'GET /widgets/a']);
    await failure(Widgets.get('a', { id: 'b' }), ValidationError);
  });
});
