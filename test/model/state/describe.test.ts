import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, Entity, Field, OperationFailedError, RemoteRecordError, Result, WaitableResourceMixin } from '../../../src/index.js';
import { asText, inJson } from '../../../src/model/state/describe.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

/** JSON that String() throws for, or says nothing about. */
const odd: readonly unknown[] = [{ toString: 1 }, { toString: 1, valueOf: 2 }, [{ toString: null }], {}, [], [['a']], true, 7, null];

@Entity({ path: 'jobs' })
class Job extends WaitableResourceMixin(BaseResource) {
  @Field() status!: string;
  @Field() path?: unknown;
  @Field() name?: unknown;
}

describe('a value in a message', () => {
  withoutNetwork();
  const api = connect();
  const Widgets = api.bind(Widget);
  after(() => api.close());

  it('is a text as it is, and anything else as JSON', () => {
    expect(asText('as it is')).to.equal('as it is');
    expect(asText({ toString: 1 })).to.equal('{"toString":1}');
    expect([inJson('text'), inJson(undefined), inJson(null), inJson(Number.NaN), inJson(5n)]).to.deep.equal([
      '"text"',
      'undefined',
      'null',
      'NaN',
      '5',
    ]);
    expect(inJson(new Map<unknown, unknown>([['a', new Set([1n, () => 1])]]))).to.equal('{"a":["1",null]}');
    expect(inJson(() => 1)).to.equal('function');
    expect(inJson('x'.repeat(100)))
      .to.have.length(60)
      .that.matches(/\.\.\.$/);
  });

  it('is described where JSON cannot carry it', () => {
    const cycle: Record<string, unknown> = { n: Number.NaN, date: new Date(Number.NaN) };
    cycle.self = cycle;
    expect(inJson(cycle)).to.equal('{"n":"NaN","date":"Invalid Date","self":"[circular]"}');
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(inJson(deep)).to.match(/^\[\[\[/);
    const broken = {
      toJSON: () => {
        throw new Error('no');
      },
    };
    expect(inJson(broken)).to.equal('"[object]"');
  });

  for (const value of odd) {
    it(`may be ${JSON.stringify(value)} where a platform sends it as a name, a path or an id`, async () => {
      const widget = Widgets.fromDict({ id: 'w1', name: value });
      expect(String(widget)).to.be.a('string');
      expect(inspect(widget)).to.contain('Widget');
      nock(origin).patch('/widgets/w1', { size: 1 }).reply(200, {});
      await widget.save({ size: 1 });
      nock(origin)
        .patch('/widgets/w1')
        .reply(400, { message: value, code: value, details: [{ field: [value], message: value }] });
      expect(await failure(widget.save({ size: 2 }))).to.be.instanceOf(RemoteRecordError);
      nock(origin).get('/widgets/w1').reply(200, [value]);
      expect(await failure(widget.refresh())).to.be.instanceOf(RemoteRecordError);

      const nameless = Widgets.fromDict({ id: value, name: 'n' } as never);
      expect(String(nameless)).to.contain('name=n');
      if (typeof value !== 'number' && value !== null) {
        for (const work of [() => nameless.save({ size: 2 }), () => nameless.refresh(), () => nameless.delete(), () => nameless.run()]) {
          expect(await failure(work())).to.be.instanceOf(RemoteRecordError);
        }
      }
      expect(String(Job.fromDict({ id: 'j', path: value, name: value }))).to.match(/^Job\(/);
    });

    it(`may be ${JSON.stringify(value)} where a platform sends it as a state, a reason or a result`, async () => {
      const widget = Widgets.fromDict({ id: 'w1', name: 'n' });
      for (const raw of [
        { status: value, errorMessage: value },
        { status: 'FAILED', errorMessage: value, error: value, statusCode: value },
        { status: 'SUCCESS', completed: true, data: value, result: value },
      ]) {
        expect(String(new Result(raw))).to.contain('Result(');
        nock(origin).post('/widgets/w1/run').reply(200, raw);
        await widget.run().catch((error: unknown) => expect(error).to.be.instanceOf(RemoteRecordError));
      }
      const job = api.bind(Job).fromDict({ id: 'j', status: 'RUNNING' });
      nock(origin).get('/jobs/j').reply(200, { id: 'j', status: value, name: value });
      const error = await failure(job.wait({ timeout: 0 }));
      expect(error).to.be.instanceOf(RemoteRecordError);
      expect(job.token()).to.be.a('string');
      class Failing extends Job {
        override workState() {
          return { status: 'FAILED', reason: value as never };
        }
      }
      const failing = api.bind(Failing).fromDict({ id: 'f' });
      nock(origin).get('/jobs/f').reply(200, { id: 'f' });
      expect(await failure(failing.wait({ timeout: 0 }))).to.be.instanceOf(OperationFailedError);
    });
  }
});
