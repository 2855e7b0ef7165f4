import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { BaseResource, Entity, Field } from '../../../src/index.js';
import { metadataOf } from '../../../src/model/fields/compile.js';
import { compileScan, scanInLoop } from '../../../src/model/fields/scan.js';
import { loadRecord } from '../../../src/model/state/construction.js';
import { stampDates } from '../../../src/model/state/saved.js';
import { stateOf } from '../../../src/model/state/slot.js';

@Entity({ path: 'things' })
class Thing extends BaseResource {
  @Field() name?: unknown;
  @Field({ name: 'odd "key"' }) odd?: unknown;
  @Field({ type: Date }) at?: unknown;
  @Field({ type: Set }) tags?: unknown;
  @Field({ readOnly: true }) note?: unknown;
}

const { fields } = metadataOf(Thing);

describe('the scan for fields that may have changed', () => {
  const generated = compileScan(fields);
  const looped = scanInLoop(fields);
  const json = fc.oneof(
    fc.constant(undefined),
    fc.constant(null),
    fc.integer(),
    fc.string(),
    fc.constant('2024-01-15T10:00:00Z'),
    fc.array(fc.integer()),
  );
  const loaded = fc.record({ name: json, 'odd "key"': json, at: json, tags: json, note: json }, { requiredKeys: [] });
  const edit = fc.record({
    property: fc.constantFrom('name', 'odd', 'at', 'tags', 'note'),
    value: fc.oneof(json, fc.date(), fc.constant('delete' as const), fc.constant('read' as const)),
  });

  it('finds the same as generated code and as a loop, whatever was loaded and edited', () => {
    fc.assert(
      fc.property(loaded, fc.array(edit, { maxLength: 4 }), (saved, edits) => {
        const record = loadRecord(Thing, { id: '1', ...saved }, null) as unknown as Record<string, unknown>;
        for (const { property, value } of edits) {
          if (value === 'delete') delete record[property];
          else if (value === 'read') void record[property];
          else record[property] = value;
        }
        const state = stateOf(record);
        stampDates(state);
        for (let from = 0; from <= fields.length; from++) {
          const found = generated(record, state.saved!, state.values, state.times, from);
          expect(found).to.equal(looped(record, state.saved!, state.values, state.times, from));
          expect(found === -1 || found >= from).to.equal(true);
        }
      }),
    );
  });

  it('tells a clean record from an edited one where generated code is refused', () => {
    const script = `
      import { BaseResource, Entity, Field } from ${JSON.stringify(new URL('../../../src/index.js', import.meta.url).href)};
      class Declared extends BaseResource {}
      for (const name of ['name', 'config']) Field()(Declared.prototype, name);
      Field({ type: Date })(Declared.prototype, 'at');
      const Thing = Entity({ path: 'things' })(Declared);
      const thing = Thing.fromDict({ id: '1', name: 'a', config: { b: 1 }, at: '2024-01-15T10:00:00Z' });
      const seen = [thing.isModified];
      thing.config.b = 2; seen.push(thing.changedFields.join());
      thing.revert(); seen.push(thing.isModified);
      thing.at.setTime(0); seen.push(thing.changedFields.join());
      let refused = false;
      try { new Function('1'); } catch { refused = true; }
      console.log(JSON.stringify({ refused, seen }));
    `;
    const output = execFileSync(process.execPath, ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).to.deep.equal({ refused: true, seen: [false, 'config', false, 'at'] });
  });
});
