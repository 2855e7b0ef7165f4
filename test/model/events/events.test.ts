import { expect } from 'chai';
import nock from 'nock';
import { Connection, type RecordEvents } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { turn } from '../../support/turns.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

describe('events', () => {
  withoutNetwork();
  const api = connect();
  const Widgets = api.bind(Widget);
  const load = (): Widget => Widgets.fromDict({ id: 'w1', name: 'n' });
  after(() => api.close());

  it('go to the record, its bound class, its exported class and its connection, in that order', async () => {
    nock(origin).patch('/widgets/w1').reply(200, {});
    const seen: string[] = [];
    const widget = load();
    const off = [
      api.on('save', () => seen.push('connection')),
      Widget.events.on('save', () => seen.push('exported class')),
      Widgets.events.on('save', () => seen.push('bound class')),
      widget.on('save', ({ resource, sent, changes }) => seen.push(`record ${resource === widget} ${sent} ${Object.keys(changes).join()}`)),
    ];
    await widget.save({ name: 'x' });
    expect(seen).to.deep.equal(['record true true name', 'bound class', 'exported class', 'connection']);
    for (const stop of off) stop();
    nock(origin).patch('/widgets/w1').reply(200, {});
    await widget.save({ name: 'y' });
    expect(seen).to.have.length(4);
  });

  it('reach a connection that sees them all itself', async () => {
    const seen: string[] = [];
    class Logged extends Connection {
      override emit<K extends keyof RecordEvents>(event: K, payload: RecordEvents[K]): void {
        seen.push(event);
        super.emit(event, payload);
      }
    }
    nock(origin).patch('/widgets/w1').reply(200, {});
    const logged = new Logged({ baseUrl: origin });
    await logged.bind(Widget).fromDict({ id: 'w1', name: 'n' }).save({ name: 'x' });
    await logged.close();
    expect(seen).to.deep.equal(['request', 'response', 'save']);
  });

  it('come after the after hooks', async () => {
    nock(origin).patch('/widgets/w1').reply(200, {});
    const order: string[] = [];
    const widget = load();
    widget.afterSave = () => void order.push('hook');
    widget.on('save', () => order.push('event'));
    await widget.save({ name: 'x' });
    expect(order).to.deep.equal(['hook', 'event']);
  });

  it('do not suffer from a listener that throws or rejects', async () => {
    nock(origin).patch('/widgets/w1').reply(200, {});
    const widget = load();
    const seen: string[] = [];
    const reported: string[] = [];
    const off = api.on('error', ({ error, event }) => reported.push(`${event}: ${String(error)}`));
    widget.on('save', () => {
      throw new Error('thrown');
    });
    widget.on('save', async () => {
      throw new Error('rejected');
    });
    widget.on('save', () => seen.push('third'));
    await widget.save({ name: 'x' });
    await turn();
    off();
    expect(seen).to.deep.equal(['third']);
    expect(reported).to.deep.equal(['save: Error: thrown', 'save: Error: rejected']);
  });

  it('survive an error listener that throws', async () => {
    nock(origin).patch('/widgets/w1').reply(200, {});
    const reported: string[] = [];
    const off = [
      api.on('error', ({ error }) => {
        reported.push(String(error));
        throw new Error('again');
      }),
      api.on('error', ({ error }) => reported.push(`to the second, ${String(error)}`)),
    ];
    const widget = load();
    widget.on('save', () => {
      throw new Error('first');
    });
    expect(await widget.save({ name: 'x' })).to.equal(widget);
    for (const stop of off) stop();
    expect(reported).to.deep.equal(['Error: first', 'to the second, Error: first']);
  });

  it('can be listened to once, and be given up', async () => {
    nock(origin).patch('/widgets/w1').times(3).reply(200, {});
    const widget = load();
    let once = 0;
    let removed = 0;
    const listener = (): void => {
      removed++;
    };
    widget.once('save', () => once++);
    widget.on('save', listener);
    await widget.save({ name: 'a' });
    widget.off('save', listener);
    await widget.save({ name: 'b' });
    widget.off('save');
    await widget.save({ name: 'c' });
    expect([once, removed]).to.deep.equal([1, 1]);
  });

  it('can be listened to twice by one function, taken off one by one, and once only', async () => {
    nock(origin).patch('/widgets/w1').times(3).reply(200, {});
    const widget = load();
    let count = 0;
    const listener = (): void => {
      count++;
    };
    const first = widget.on('save', listener);
    widget.on('save', listener);
    await widget.save({ name: 'a' });
    first();
    await widget.save({ name: 'b' });
    widget.once('save', listener);
    widget.off('save', listener);
    await widget.save({ name: 'c' });
    expect(count).to.equal(3);
    expect(widget.events.listenerCount('save')).to.equal(0);
  });

  it('let a listener start another save, which waits for its turn', async () => {
    nock(origin).patch('/widgets/w1', { name: 'a' }).reply(200, {});
    nock(origin).patch('/widgets/w1', { size: 2 }).reply(200, {});
    const widget = load();
    const second = new Promise((resolve) => {
      widget.once('response', () => resolve(widget.save({ size: 2 })));
    });
    await widget.save({ name: 'a' });
    await second;
    expect(widget.isModified).to.equal(false);
  });

  it('report listeners that reject with any kind of promise', async () => {
    nock(origin).patch('/widgets/w1').reply(200, {});
    const reported: unknown[] = [];
    const off = api.on('error', ({ error }) => reported.push(error));
    const widget = load();
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library
    widget.on('save', () => ({ then: (_ok: unknown, fail: (error: unknown) => void) => fail('foreign') }));
    await widget.save({ name: 'a' });
    await turn();
    off();
    expect(reported).to.deep.equal(['foreign']);
  });

  it('tell of requests, responses and failures', async () => {
    nock(origin).patch('/widgets/w1').reply(500, {});
    const seen: unknown[] = [];
    const widget = load();
    widget.on('request', ({ method, url, attempt, resource }) => seen.push([method, url, attempt, resource === widget]));
    widget.on('response', ({ status }) => seen.push(status));
    widget.on('fail', ({ operation, error }) => seen.push([operation, (error as Error).name]));
    await failure(widget.save({ name: 'x' }));
    expect(seen).to.deep.equal([['PATCH', `${origin}/widgets/w1`, 1, true], 500, ['save', 'ServerError']]);
  });

  it('cost a record nothing until someone listens', () => {
    const widget = load();
    expect(Object.getOwnPropertySymbols(widget)).to.deep.equal([]);
    expect(Object.getOwnPropertyNames(widget)).to.have.members(['id', 'name', 'description', 'size', 'config', 'list', 'due', 'createdAt']);
  });
});
