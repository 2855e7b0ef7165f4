import { expect } from 'chai';
import fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import { BaseResource, Entity, type EntityOptions, Field, GetResourceMixin } from '../../../src/index.js';
import { Headed, VirtualConnection } from '../../support/virtual.js';

/** RFC 7396, §2, word for word. */
function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = applyMergePatch(result[name], value);
  }
  return result;
}

const saved = { id: 'a', name: 'n', config: { a: 1, b: { c: 2, d: [1, 2] }, e: null }, list: [{ x: 1 }, { x: 2 }], big: 1 };

function widgets(update: EntityOptions['update'], respond: (body: unknown) => unknown = () => undefined) {
  @Entity({ path: 'widgets', update })
  class Widget extends BaseResource {
    @Field() name!: string;
    @Field() config!: Record<string, unknown>;
    @Field() list!: unknown[];
    @Field() big!: unknown;
    @Field({ name: 'shown' }) value!: unknown;
  }
  const connection = new VirtualConnection(({ body }) => respond(body));
  return { connection, widget: connection.bind(Widget).fromDict(structuredClone(saved)) };
}

describe('an update', () => {
  it("of a class with 'merge-patch' has the changed keys of its changed fields only", async () => {
    const { connection, widget } = widgets('merge-patch');
    const config = widget.config as { a: number; b: { c?: number; d: number[] } };
    config.a = 5;
    delete config.b.c;
    config.b.d.push(3);
    widget.value = { deep: 1 };
    await widget.save({ name: 'm' });
    expect(connection.requests[0]).to.deep.include({
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { name: 'm', config: { a: 5, b: { c: null, d: [1, 2, 3] } }, shown: { deep: 1 } },
    });
    expect(widget.isModified).to.equal(false);
  });

  it("of a class with 'json-patch' has the operations that lead to its changed fields", async () => {
    const { connection, widget } = widgets('json-patch');
    (widget.list[1] as { x: number }).x = 9;
    (widget.config.b as { c?: number }).c = undefined as never;
    widget.name = null as never;
    widget.value = 1;
    await widget.save();
    const [request] = connection.requests;
    expect(request).to.deep.include({ method: 'PATCH', headers: { 'content-type': 'application/json-patch+json' } });
    expect(request?.body).to.have.deep.members([
      { op: 'replace', path: '/name', value: null },
      { op: 'remove', path: '/config/b/c' },
      { op: 'replace', path: '/list/1/x', value: 9 },
      { op: 'add', path: '/shown', value: 1 },
    ]);
    expect(widget.isModified).to.equal(false);
  });

  it('sends a create as it is, and headers of the caller as well', async () => {
    const { connection, widget } = widgets('merge-patch', (body) =>
      (body as { name: string }).name === 'x' ? { id: 'new', name: 'x' } : undefined,
    );
    await new (widget.constructor as new (attributes: object) => BaseResource)({ name: 'x' }).save();
    expect(connection.requests[0]).to.deep.include({ method: 'POST', body: { name: 'x' } });
    expect(connection.requests[0]?.headers).to.equal(undefined);
    await widget.save({ name: 'y' }, { headers: { 'x-a': 'b' } });
    expect(connection.requests[1]?.headers).to.deep.equal({ 'content-type': 'application/merge-patch+json', 'x-a': 'b' });
    await widget.save({ name: 'z' }, { headers: new Headers({ 'x-a': 'c' }) as never });
    expect(connection.requests[2]?.headers).to.deep.equal({ 'content-type': 'application/merge-patch+json', 'x-a': 'c' });
  });

  it('is not repeated as a list of operations, which could be carried out twice, unless it depends on a version', async () => {
    const once = async (update: EntityOptions['update'], concurrency?: 'etag') => {
      @Entity({ path: 'widgets', update, ...(concurrency && { concurrency }) })
      class Widget extends GetResourceMixin(BaseResource) {
        @Field() list!: number[];
      }
      const connection = new VirtualConnection(() => new Headed({ etag: '"1"' }, { id: 'a', list: [1] }));
      const widget = await connection.bind(Widget).get('a');
      widget.list.push(2);
      await widget.save();
      return connection.requests.at(-1)?.once;
    };
    expect([await once('json-patch'), await once('json-patch', 'etag')]).to.deep.equal([true, false]);
    expect([await once('merge-patch'), await once('patch'), await once('put')]).to.deep.equal([false, false, false]);
  });

  it('leaves hooks and overrides of the payload what they know, and shows hooks what is sent', async () => {
    const seen: unknown[] = [];
    const { connection, widget } = widgets('json-patch');
    connection.after('save', ({ payload }) => seen.push(payload));
    await widget.save({ name: 'm' });
    expect(seen).to.deep.equal([[{ op: 'replace', path: '/name', value: 'm' }]]);
  });

  it('arrives as the record is, in both formats, whatever was edited', async () => {
    const key = fc.constantFrom('a', 'b', 'c', '/', '~', '');
    const scalar = fc.oneof(fc.integer(), fc.string(), fc.boolean());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        scalar,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 3 }),
      ),
    }));
    const config = fc.dictionary(key, value, { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(config, config, async (before, after) => {
        for (const update of ['merge-patch', 'json-patch'] as const) {
          const server = { id: 'a', name: 'n', config: before };
          const { connection, widget } = widgets(update);
          const record = (widget.constructor as typeof BaseResource).fromDict(structuredClone(server)) as typeof widget;
          record.config = structuredClone(after);
          await record.save();
          const body = connection.requests[0]?.body;
          if (body === undefined) expect(after).to.deep.equal(before);
          else if (update === 'merge-patch') expect(applyMergePatch(server, body)).to.deep.equal({ ...server, config: after });
          else {
            const result = structuredClone(server);
            expect(applyPatch(result, structuredClone(body) as never)).to.deep.equal((body as unknown[]).map(() => null));
            expect(result).to.deep.equal({ ...server, config: after });
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
