import { expect } from 'chai';
import nock from 'nock';
import { eventsByLevel, levelIn, logFromEnvironment } from '../../../src/http/node/log.js';
import { lineOf } from '../../../src/http/node/log-lines.js';
import { ConnectionError, type RecordEvents } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

const noon = new Date('2026-01-31T12:00:00.500Z');
const line = <E extends 'request' | 'response' | 'retry' | 'poll' | 'warning'>(event: E, payload: Partial<RecordEvents[E]>): string =>
  lineOf(noon, 'debug', event, payload as RecordEvents[E]);

describe('the log of a connection', () => {
  withoutNetwork();

  it('is off unless the environment asks for it', () => {
    expect(levelIn({})).to.equal(undefined);
    expect(levelIn({ REMOTE_RECORD_LOG: '' })).to.equal(undefined);
    expect(levelIn({ REMOTE_RECORD_LOG: 'off' })).to.equal(undefined);
    expect(levelIn({ NODE_DEBUG: 'http,net' })).to.equal(undefined);
    const connection = connect();
    logFromEnvironment(connection, { NODE_DEBUG: 'remote-record-other' });
    expect(connection.hears('request')).to.equal(false);
  });

  it('has the level that REMOTE_RECORD_LOG names, or all for NODE_DEBUG', () => {
    for (const level of ['error', 'warn', 'info', 'debug']) expect(levelIn({ REMOTE_RECORD_LOG: level.toUpperCase() })).to.equal(level);
    expect(levelIn({ REMOTE_RECORD_LOG: '1' })).to.equal('debug');
    for (const names of ['remote-record', 'http, Remote-Record', 'remote*', '*'])
      expect(levelIn({ NODE_DEBUG: names }), names).to.equal('debug');
    expect(levelIn({ REMOTE_RECORD_LOG: 'error', NODE_DEBUG: 'remote-record' })).to.equal('error');
  });

  it('hears at each level what the levels before it hear, and no more', () => {
    const heard = (level: string): string[] => {
      const connection = connect();
      logFromEnvironment(connection, { REMOTE_RECORD_LOG: level });
      return Object.values(eventsByLevel)
        .flat()
        .filter((event) => connection.hears(event));
    };
    expect(heard('error')).to.deep.equal(['fail']);
    expect(heard('warn')).to.deep.equal(['fail', 'retry', 'warning', 'invalid']);
    expect(heard('info')).to.include.members(['save', 'delete', 'run']).and.not.include('request');
    expect(heard('debug')).to.include.members(['request', 'response', 'poll']);
  });

  it('has one line for each event, without what could move the cursor', () => {
    expect(line('request', { method: 'GET', url: 'https://h.test/a', attempt: 1 })).to.equal(
      'remote-record 12:00:00.500 debug request GET https://h.test/a',
    );
    expect(line('request', { method: 'GET', url: 'https://h.test/a', attempt: 2 })).to.contain('/a, attempt 2');
    expect(line('response', { method: 'GET', url: 'https://h.test/a', attempt: 1, status: 200, elapsedMs: 12.4, bytes: 7 })).to.equal(
      'remote-record 12:00:00.500 debug response GET https://h.test/a: 200 in 12 ms, 7 bytes',
    );
    const error = new ConnectionError('reset\n\u001b[2Jby peer');
    expect(line('retry', { method: 'GET', url: 'https://h.test/a', attempt: 1, delayMs: 250, error })).to.equal(
      'remote-record 12:00:00.500 debug retry GET https://h.test/a, attempt 1 failed, again in 250 ms: reset \u{fffd}[2Jby peer',
    );
    expect(line('warning', { message: 'x'.repeat(9000) }).length).to.be.below(2100);
  });

  it('says of a poll where the work stands', () => {
    const resource = Widget.fromDict({ id: 'w1', name: 'first' });
    const progress = { fraction: 0.5, message: 'reading' };
    const poll = { resource, attempt: 2, elapsedMs: 1000, nextDelayMs: 500, progress, result: { status: 'RUNNING' } };
    expect(line('poll', poll)).to.contain('Widget(id=w1, name=first), poll 2 after 1000 ms: RUNNING, 50 %, reading, next in 500 ms');
    expect(line('poll', { ...poll, nextDelayMs: null, progress: undefined })).to.match(/: RUNNING$/);
  });

  it('writes what happens to standard error, in order, and no secret', async () => {
    const before = process.env.REMOTE_RECORD_LOG;
    const write = process.stderr.write;
    const written: string[] = [];
    process.env.REMOTE_RECORD_LOG = 'debug';
    process.stderr.write = (text: string | Uint8Array) => {
      written.push(String(text));
      return true;
    };
    try {
      const api = connect();
      nock(origin).patch('/widgets/w1').reply(200, { id: 'w1', name: 'second' });
      await api.bind(Widget).fromDict({ id: 'w1', name: 'first' }).save({ name: 'second' });
      nock(origin).delete('/widgets/w2').reply(401, { message: 'key-of-the-tests is wrong' });
      await failure(api.bind(Widget).fromDict({ id: 'w2' }).delete());
      // The lines are written as soon as what writes them is loaded; this one was asked for after that.
      await import('../../../src/http/node/log-lines.js');
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.stderr.write = write;
      if (before === undefined) delete process.env.REMOTE_RECORD_LOG;
      else process.env.REMOTE_RECORD_LOG = before;
    }
    expect(written.map((text) => /(?:error|warn|info|debug) \w+/.exec(text)?.[0])).to.deep.equal([
      'debug request',
      'debug response',
      'info save',
      'debug request',
      'debug response',
      'error fail',
    ]);
    expect(written[2]).to.match(/ info save Widget\(id=w1, name=second\): name\n$/);
    expect(written.join('')).not.to.contain('key-of-the-tests');
  });
});
