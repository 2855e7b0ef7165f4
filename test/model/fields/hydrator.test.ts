import { expect } from 'chai';
import { Exclude } from 'class-transformer';
import fc from 'fast-check';
import { BaseResource, Entity, Field } from '../../../src/index.js';
import { metadataOf } from '../../../src/model/fields/compile.js';
import { compileHydrator, hydratorLoop } from '../../../src/model/fields/hydrator.js';
import type { FieldMetadata, RecordMetadata } from '../../../src/model/fields/metadata.js';
import { loadRecord } from '../../../src/model/state/construction.js';
import { hydrateField } from '../../../src/model/state/hydrate.js';

@Entity({ path: 'things' })
class Thing extends BaseResource {
  @Field() name?: unknown;
  @Field({ name: 'odd "key"' }) odd?: unknown;
  @Field({ type: Date }) at?: unknown;
  @Field({ type: Date }) until: unknown = 'initial';
  @Field({ type: Set }) tags?: unknown;
  @Field({ type: BigInt }) size?: unknown;
  @Field({ readOnly: true }) note?: unknown = { initial: [1] };
  @Exclude({ toClassOnly: true })
  @Field()
  told?: unknown;
}

const metadata = metadataOf(Thing) as { -readonly [K in keyof RecordMetadata]: RecordMetadata[K] };

/** A record that one of the hydrators makes, and the kinds of its properties. */
function hydratedBy(hydrator: typeof metadata.hydrator, json: Record<string, unknown>): unknown[] {
  metadata.hydrator = hydrator;
  const record = loadRecord(Thing, json, null);
  const kinds = Object.entries(Object.getOwnPropertyDescriptors(record)).map(([name, found]) => [
    name,
    found.get ? 'decoded on read' : 'data',
  ]);
  return [kinds, { ...record }, record.isModified, record.changedFields];
}

describe('the hydrator of a class', () => {
  const generated = compileHydrator(metadata.fields, hydrateField);
  const loop = hydratorLoop(metadata.fields, hydrateField);
  const json = fc.oneof(
    fc.constant(undefined),
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    fc.constantFrom('2024-01-15T10:00:00Z', '2024-01-15T10:00:00.000Z', '9007199254740993'),
    fc.array(fc.integer()),
    fc.dictionary(fc.string(), fc.integer()),
  );

  it('sets the same as generated code and as a loop, whatever the platform sent', () => {
    const keys = { name: json, 'odd "key"': json, at: json, until: json, tags: json, size: json, note: json, told: json };
    fc.assert(
      fc.property(fc.record(keys, { requiredKeys: [] }), (sent) => {
        const saved = { id: '1', ...sent };
        expect(hydratedBy(generated, saved)).to.deep.equal(hydratedBy(loop, saved));
      }),
    );
  });

  it('asks for a field only when its value is neither a scalar nor absent', () => {
    const asked: string[] = [];
    const counting = compileHydrator(metadata.fields, (record, value, state, field: FieldMetadata) => {
      asked.push(field.property);
      hydrateField(record, value, state, field);
    });
    hydratedBy(counting, { id: '1', name: 'a', at: '2024-01-15T10:00:00Z', until: null, tags: ['a'], note: null });
    expect(asked).to.deep.equal(['until', 'tags', 'size', 'told']);
  });
});
