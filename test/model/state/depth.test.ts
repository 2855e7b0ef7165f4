import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, ConfigurationError, Entity, Field, type Rel, RemoteRecordError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

class Leaf {
  next?: Leaf;
}

@Entity({ path: 'nodes', update: 'patch' })
class Tree extends BaseResource {
  @Field() name!: string;
  @Field() note: unknown;
  @Field({ type: Set }) tags: unknown;
  @Field({ type: Map }) map: unknown;
  @Field({ type: Leaf }) leaf!: Leaf;
  @Field({ type: () => Tree }) kids!: Rel<Tree>[];
  @Field({ type: () => Tree }) parent!: Rel<Tree> | null;
}

@Entity({ path: 'nodes', update: 'put' })
class WholeTree extends Tree {}

const nested = (levels: number, step: (inner: unknown) => unknown): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = step(value);
  return value;
};

const leaves = (levels: number): Leaf => nested(levels, (next) => Object.assign(new Leaf(), { next })) as Leaf;

/** Edits that put a value into a field that JSON cannot carry. */
const bad: Record<string, { field: string; edit(tree: Tree): void }> = {
  'a record that is its own grandchild': {
    field: 'kids',
    edit: (tree) => {
      tree.kids[0]!.parent = tree;
    },
  },
  'a child that is its own child': {
    field: 'kids',
    edit: (tree) => {
      tree.kids[0]!.kids = [tree.kids[0]!];
    },
  },
  'a record in an object of its own': {
    field: 'note',
    edit: (tree) => {
      tree.note = { owner: tree };
    },
  },
  'an object that contains itself': {
    field: 'note',
    edit: (tree) => {
      const cycle: Record<string, unknown> = {};
      cycle.list = [cycle, cycle];
      tree.note = cycle;
    },
  },
  'a map that contains itself': {
    field: 'map',
    edit: (tree) => {
      const map = new Map<string, unknown>();
      tree.map = map.set('self', map);
    },
  },
  'a set that contains itself': {
    field: 'tags',
    edit: (tree) => {
      const set = new Set<unknown>();
      tree.tags = set.add([set]);
    },
  },
  'an instance of a declared class that contains itself': {
    field: 'leaf',
    edit: (tree) => {
      tree.leaf = leaves(1);
      tree.leaf.next = tree.leaf;
    },
  },
  'objects 3,000 levels deep': {
    field: 'note',
    edit: (tree) => {
      tree.note = nested(3000, (inner) => ({ inner }));
    },
  },
  'lists 100,000 levels deep': {
    field: 'note',
    edit: (tree) => {
      tree.note = nested(100_000, (inner) => [inner]);
    },
  },
  'maps 3,000 levels deep': {
    field: 'map',
    edit: (tree) => {
      tree.map = nested(3000, (inner) => new Map([['m', inner]]));
    },
  },
  'instances of a declared class 100,000 levels deep': {
    field: 'leaf',
    edit: (tree) => {
      tree.leaf = leaves(100_000);
    },
  },
  'records 3,000 levels deep': {
    field: 'parent',
    edit: (tree) => {
      tree.parent = nested(3000, (parent) => Object.assign(new Tree(), { parent: parent === 1 ? null : parent })) as Tree;
    },
  },
  'toJSON that goes on for ever': {
    field: 'note',
    edit: (tree) => {
      const endless = (): object => ({ toJSON: endless });
      tree.note = endless();
    },
  },
};

/** Whatever happens, it is told by an error of this package. */
function ours(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).to.be.instanceOf(RemoteRecordError);
  }
}

describe('a value that contains itself or is nested too deeply', () => {
  withoutNetwork();
  const api = connect();
  const Trees = api.bind(Tree);
  const json = () => ({ id: 't1', name: 'n', note: null, kids: [{ id: 'k1', name: 'k' }] });
  after(() => api.close());

  for (const [what, { field, edit }] of Object.entries(bad)) {
    describe(`such as ${what}`, () => {
      let tree: Tree;
      beforeEach(() => {
        tree = Trees.fromDict(json());
        edit(tree);
      });

      it('is a change, and a ValidationError that names the field wherever it is sent or written', async () => {
        expect(tree.isModified).to.equal(true);
        expect(tree.changedFields).to.deep.equal([field]);
        for (const work of [
          () => tree.save(),
          async () => tree.toDict(),
          async () => JSON.stringify(tree),
          () => tree.save({ name: 'x' }),
        ]) {
          const error = await failure(work(), ValidationError);
          expect(error.message).to.contain(field);
          expect(error.details[0]!.field).to.match(new RegExp(`^${field}\\b`));
        }
      });

      it('can be looked at, copied and printed without a RangeError', async () => {
        ours(() => tree.changes);
        ours(() => tree.original(field as 'name'));
        ours(() => tree.toString());
        expect(inspect(tree)).to.contain("name: 'n'");
        await tree.clone().catch((error: unknown) => expect(error).to.be.instanceOf(RemoteRecordError));
      });

      it('leaves the other fields usable, and is gone after revert or refresh', async () => {
        expect(tree.name).to.equal('n');
        tree.name = 'mine';
        expect(tree.revert('name')).to.deep.equal(['name']);
        nock(origin)
          .get('/nodes/t1')
          .times(2)
          .reply(200, { ...json(), name: 'theirs' });
        await tree.refresh({ keepChanges: true });
        expect([tree.name, tree.changedFields]).to.deep.equal(['theirs', [field]]);
        await tree.refresh();
        expect(tree.isModified).to.equal(false);
        edit(tree);
        expect(tree.revert()).to.deep.equal([field]);
        expect(tree.isModified).to.equal(false);
        expect(JSON.parse(JSON.stringify(tree))).to.deep.equal({ ...json(), name: 'theirs' });
      });
    });
  }

  it('is copied as the graph it is, where it is a cycle of records', async () => {
    const tree = Trees.fromDict(json());
    tree.kids[0]!.parent = tree;
    const copy = await tree.clone();
    expect(copy.kids[0]!.parent).to.equal(copy);
    expect(copy.kids[0]).to.not.equal(tree.kids[0]);
    expect(tree.kids[0]!.parent).to.equal(tree);
    const { to } = tree.changes.kids!;
    expect(to[0]!.parent!.kids[0]).to.equal(to[0]);
  });

  it('is a ValidationError that names it as a parameter of a run', async () => {
    const widget = api.bind(Widget).fromDict({ id: 'w1', name: 'n' });
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const [bad, why] of [
      [cycle, 'bad contains itself'],
      [nested(100_000, (inner) => [inner]), 'bad is nested too deeply'],
    ]) {
      const error = await failure(widget.run({ good: 1, bad }), ValidationError);
      expect(error.message).to.contain(why);
      expect(error.details[0]!.field).to.equal('bad');
    }
  });

  it('may come into being after a save', async () => {
    const tree = Trees.fromDict(json());
    const note: Record<string, unknown> = { a: 1 };
    tree.note = note;
    nock(origin).patch('/nodes/t1').reply(200, {});
    await tree.save();
    expect(tree.isModified).to.equal(false);
    note.self = note;
    expect(tree.isModified).to.equal(true);
    expect(await failure(tree.save(), ValidationError))
      .to.have.property('message')
      .that.contains('note.self contains itself');
    tree.revert();
    expect(tree.note).to.deep.equal({ a: 1 });
  });

  it('is sent up to the limit, which a class may set', async () => {
    const deep = nested(1000, (inner) => ({ inner }));
    nock(origin).patch('/nodes/t1').reply(200, {});
    const tree = Trees.fromDict(json());
    tree.note = deep;
    expect(JSON.parse(JSON.stringify(tree)).note).to.deep.equal(deep);
    await tree.save();
    expect(tree.isModified).to.equal(false);
    tree.note = { deep };
    expect(() => tree.toDict()).to.throw(ValidationError, 'is nested more than 1000 levels deep');
    expect((await failure(tree.save(), ValidationError)).message).to.contain('is nested more than 1000 levels deep');

    @Entity({ maxDepth: 3 })
    class Shallow extends Tree {}
    const shallow = api.bind(Shallow).fromDict({ id: 't1', note: [[[1]]], tags: [[[[1]]]] });
    expect(shallow.note).to.deep.equal([[[1]]]);
    expect(() => shallow.tags).to.throw(ValidationError, 'tags is nested more than 3 levels deep');
    shallow.note = [[[2]]];
    expect(shallow.changes.note).to.deep.equal({ from: [[[1]]], to: [[[2]]] });
    shallow.tags = null;
    expect(shallow.toDict().note).to.deep.equal([[[2]]]);
    shallow.note = [[[[2]]]];
    expect(() => shallow.toDict()).to.throw(ValidationError, 'is nested more than 3 levels deep');

    @Entity({ maxDepth: 1500 })
    class Deeper extends Tree {}
    const deeper = Deeper.fromDict({ id: 't1', note: nested(1500, (inner) => [inner]) });
    deeper.note = [(deeper.note as unknown[])[0]];
    expect(deeper.isModified).to.equal(false);
    expect(JSON.stringify(deeper.toDict().note)).to.have.length(3001);
    for (const maxDepth of [0, 1.5, Number.NaN, '3' as never]) {
      expect(() => Entity({ maxDepth })(class extends Tree {})).to.throw(ConfigurationError, 'maxDepth');
    }
  });

  it('ends with an error of ours where a class allows more than the call stack has', () => {
    @Entity({ maxDepth: 1_000_000 })
    class Bottomless extends Tree {}
    const tree = Bottomless.fromDict({ id: 't1' });
    tree.note = nested(100_000, (inner) => [inner]);
    expect(tree.isModified).to.equal(true);
    expect(() => tree.toDict()).to.throw(ValidationError, /^note\b.*(contains itself|nested) /);
    tree.revert();
    expect(tree.isModified).to.equal(false);
  });

  it('costs no more with each level of records', () => {
    const tree = nested(60, (parent) => ({ id: 'x', name: 'n', parent })) as object;
    const record = Tree.fromDict({ ...tree, id: 't1' });
    let at: Tree | null = record;
    while (at?.parent instanceof Tree) at = at.parent;
    at!.name = 'changed';
    expect(record.changedFields).to.deep.equal(['parent']);
    expect(JSON.stringify(record.toDict())).to.contain('changed');
  });
});

describe('what a platform sent with too many levels', () => {
  withoutNetwork();
  const api = connect();
  after(() => api.close());

  for (const Class of [Tree, WholeTree]) {
    for (const field of ['note', 'tags', 'map', 'leaf', 'kids', 'name', 'unknown']) {
      it(`is an error that names ${field} where that is read, and leaves the other fields of a ${Class.name} usable`, async () => {
        const Trees = api.bind(Class);
        const deep = `${'['.repeat(1e5)}${']'.repeat(1e5)}`;
        const body = `{"id":"t1","createdBy":"me","${field}":${deep}}`;
        nock(origin).get('/nodes/t1').times(3).reply(200, body, { 'content-type': 'application/json' });
        const tree = (await Trees.fromDict({ id: 't1' }).refresh()) as Tree;
        expect(tree.isModified).to.equal(false);
        if (field !== 'unknown') {
          expect(() => (tree as unknown as Record<string, unknown>)[field]).to.throw(ValidationError, field);
          expect(() => tree.original(field as never)).to.throw(ValidationError, field);
          expect(() => ({ ...tree })).to.throw(ValidationError, field);
          expect(inspect(tree)).to.contain(field);
        }
        expect(() => tree.toDict()).to.throw(ValidationError, field);
        expect(() => JSON.stringify(tree)).to.throw(ValidationError, field);
        expect((await failure(tree.clone(), ValidationError)).message).to.contain(field);
        expect(String(tree)).to.match(/^(Whole)?Tree\(id=t1/);
        const other = field === 'name' ? 'note' : 'name';
        Object.assign(tree, { [other]: 'edited' });
        expect(tree.changes).to.deep.equal({ [other]: { from: undefined, to: 'edited' } });
        if (Class === Tree) {
          nock(origin)
            .patch('/nodes/t1', { [other]: 'edited' })
            .reply(200, {});
          await tree.save();
          expect(tree.isModified).to.equal(false);
        } else {
          expect((await failure(tree.save(), ValidationError)).message).to.contain(field);
          tree.revert();
        }
        await tree.refresh({ keepChanges: true });
        if (field !== 'unknown') {
          Object.assign(tree, { [field]: null });
          expect(tree.changedFields).to.deep.equal([field]);
          expect(Object.keys(tree.changes)).to.deep.equal([field]);
          if (Class === Tree) {
            const saved: unknown[] = [];
            tree.on('save', ({ changes }) => saved.push(Object.keys(changes)));
            nock(origin)
              .patch('/nodes/t1', { [field]: null })
              .reply(200, {});
            await tree.save();
            expect(saved).to.deep.equal([[field]]);
          }
        }
        await tree.refresh();
        expect(tree.isModified).to.equal(false);
      });
    }
  }

  it('can be taken over from a caller, and is refused field by field all the same', () => {
    const note = nested(100_000, (inner) => [inner]);
    const tree = Tree.fromDict({ id: 't1', name: 'n', note });
    expect(tree.name).to.equal('n');
    expect(() => tree.note).to.throw(ValidationError, 'note');
    const made = Tree.fromDict({ name: 'n', note });
    expect(made.isNew).to.equal(true);
    expect(made.name).to.equal('n');
    expect(() => made.toDict()).to.throw(ValidationError, 'note');
  });
});
