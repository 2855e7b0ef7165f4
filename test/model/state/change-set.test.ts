import { expect } from 'chai';
import { BaseResource, Entity, Field, ValidationError } from '../../../src/index.js';
import { Gadget, Widget } from '../../support/widgets.js';

const json = () => ({
  id: 'w1',
  name: 'first',
  description: null,
  size: 3,
  config: { depth: 1, tags: ['a', 'b'], inner: { on: true } },
  list: [1, { two: 2 }],
  due: '2024-01-15T10:00:00.000Z',
  createdAt: '2024-01-01T00:00:00Z',
  unknownToUs: { kept: [1] },
});

const loaded = (over: object = {}): Widget => Widget.fromDict({ ...json(), ...over });

describe('what has changed', () => {
  it('is nothing after loading', () => {
    const widget = loaded();
    expect(widget.isNew).to.equal(false);
    expect(widget.isModified).to.equal(false);
    expect(widget.changedFields).to.deep.equal([]);
    expect(widget.changes).to.deep.equal({});
  });

  it('is nothing after every field has been read', () => {
    const widget = loaded();
    JSON.stringify({ ...widget });
    expect(widget.isModified).to.equal(false);
  });

  it('is a scalar that was assigned, until it is set back', () => {
    const widget = loaded();
    widget.name = 'second';
    expect(widget.changes).to.deep.equal({ name: { from: 'first', to: 'second' } });
    widget.name = 'first';
    expect(widget.isModified).to.equal(false);
  });

  it('is an edit deep inside a nested value, until it is undone', () => {
    const widget = loaded();
    widget.config!.inner!.on = false;
    widget.list.push(3);
    expect(widget.changedFields).to.deep.equal(['config', 'list']);
    widget.config!.inner!.on = true;
    widget.list.pop();
    expect(widget.isModified).to.equal(false);
  });

  it('does not depend on the order of keys', () => {
    const widget = loaded();
    widget.config = { inner: { on: true }, tags: ['a', 'b'], depth: 1 };
    expect(widget.isModified).to.equal(false);
  });

  it('compares dates by their time, changed in place or replaced', () => {
    const widget = loaded();
    widget.due = new Date('2024-01-15T11:00:00+01:00');
    expect(widget.isModified).to.equal(false);
    widget.due.setFullYear(2025);
    expect(widget.changedFields).to.deep.equal(['due']);
  });

  it('takes undefined for null where the platform said null', () => {
    const widget = loaded();
    widget.description = 'text';
    expect(widget.changes).to.deep.equal({ description: { from: null, to: 'text' } });
    widget.description = null;
    expect(widget.isModified).to.equal(false);
    (widget as { description: unknown }).description = undefined;
    expect(widget.isModified).to.equal(false);
    expect(widget.toDict().description).to.equal(null);
    (widget as { size: unknown }).size = undefined;
    expect(widget.changedFields).to.deep.equal(['size']);
  });

  it('tells null from what the platform left out', () => {
    const widget = Widget.fromDict({ id: 'w1' });
    widget.description = null;
    expect(widget.changedFields).to.deep.equal(['description']);
  });

  it('takes an undefined member of a nested value for an absent one', () => {
    const widget = loaded();
    widget.config = { ...widget.config, extra: undefined } as Widget['config'];
    expect(widget.isModified).to.equal(false);
  });

  it('sees a property that was removed', () => {
    const widget = loaded();
    delete (widget as Partial<Widget>).config;
    expect(widget.changedFields).to.deep.equal(['config']);
  });

  it('gives copies: editing what `changes` and `original` return changes nothing', () => {
    const widget = loaded();
    widget.config!.depth = 2;
    const { config } = widget.changes;
    config!.from!.depth = 99;
    config!.to!.depth = 99;
    widget.original('config')!.depth = 98;
    expect(widget.config!.depth).to.equal(2);
    expect(widget.original('config')!.depth).to.equal(1);
  });

  it('never writes to the JSON it was made of', () => {
    const source = json();
    const widget = Widget.fromDict(source);
    widget.config!.tags!.push('c');
    widget.list.length = 0;
    expect(source).to.deep.equal(json());
  });

  it('is everything in a new record', () => {
    const widget = new Widget({ name: 'n', size: 1 });
    expect(widget.isNew).to.equal(true);
    expect(widget.isModified).to.equal(true);
    expect(widget.changedFields).to.deep.equal(['name', 'size']);
    expect(new Widget().isModified).to.equal(true);
  });

  it('does not count own properties that are not fields', () => {
    const widget = loaded() as Widget & { note?: string };
    widget.note = 'mine';
    expect(widget.isModified).to.equal(false);
    expect(widget.toDict()).not.to.have.property('note');
  });

  it('compares with the function the field was given', () => {
    @Entity({ path: 'loose' })
    class Loose extends BaseResource {
      @Field({ equals: (a, b) => String(a).toLowerCase() === String(b).toLowerCase() }) code!: string;
    }
    const record = Loose.fromDict({ id: '1', code: 'abc' });
    record.code = 'ABC';
    expect(record.isModified).to.equal(false);
    record.code = 'x';
    expect(record.isModified).to.equal(true);
  });

  it('keeps an initialiser the platform does not know of, unchanged', () => {
    @Entity({ path: 'presets' })
    class Preset extends BaseResource {
      @Field() tags: string[] = ['default'];
      @Field() level = 1;
    }
    const record = Preset.fromDict({ id: '1', level: 5 });
    expect(record.level).to.equal(5);
    expect(record.tags).to.deep.equal(['default']);
    expect(record.isModified).to.equal(false);
    record.tags.push('more');
    expect(record.changedFields).to.deep.equal(['tags']);
    record.revert();
    expect(record.tags).to.deep.equal(['default']);
    expect(new Preset({ level: 3 }).level).to.equal(3);
  });
});

describe('revert', () => {
  it('puts all fields back and says which had changed', () => {
    const widget = loaded();
    widget.name = 'x';
    widget.config!.depth = 5;
    widget.due!.setFullYear(1999);
    expect(widget.revert()).to.deep.equal(['name', 'config', 'due']);
    expect(widget.isModified).to.equal(false);
    expect(widget.config).to.deep.equal(json().config);
  });

  it('puts back the named fields only', () => {
    const widget = loaded();
    widget.name = 'x';
    widget.size = 9;
    expect(widget.revert('name')).to.deep.equal(['name']);
    expect(widget.changedFields).to.deep.equal(['size']);
  });

  it('refuses a name that is no field', () => {
    expect(() => (loaded() as { revert(name: string): unknown }).revert('nme')).to.throw(ValidationError, /nme/);
  });

  it('empties a new record', () => {
    const widget = new Widget({ name: 'n' });
    widget.revert();
    expect(widget.name).to.equal(undefined);
  });
});

describe('two records', () => {
  it('are equal when they were loaded from the same, whatever was read of them', () => {
    const [one, other] = [loaded(), loaded()];
    one.config?.inner;
    expect(one).to.deep.equal(other);
  });

  it('are not equal when they differ inside a nested value', () => {
    expect(loaded({ config: { depth: 2 } })).not.to.deep.equal(loaded());
  });
});

describe('a record as JSON', () => {
  it("has the keys of the wire, the unknown ones too, and the platform's own spelling of dates", () => {
    expect(JSON.parse(JSON.stringify(loaded()))).to.deep.equal(json());
    expect(loaded().toDict()).to.deep.equal(json());
  });

  it('is a copy', () => {
    const widget = loaded();
    (widget.toDict().config as { depth: number }).depth = 7;
    expect(widget.config!.depth).to.equal(1);
  });

  it('writes maps and sets as JSON can', () => {
    const gadget = Gadget.fromDict({ id: '1', name: 'g', parts: [] });
    (gadget as { parts: unknown }).parts = new Set([{ code: 'a', count: 1 }]);
    expect(gadget.isModified).to.equal(true);
    expect(gadget.toDict().parts).to.deep.equal([{ code: 'a', count: 1 }]);
    (gadget as { parts: unknown }).parts = new Map([['a', 1]]);
    expect(gadget.toDict().parts).to.deep.equal({ a: 1 });
  });

  it('refuses what JSON cannot carry, naming the place', () => {
    const widget = loaded();
    widget.config = { depth: Number.NaN };
    expect(() => widget.toDict()).to.throw(ValidationError, /config\.depth is NaN/);
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    widget.list = [cycle];
    widget.config = {};
    expect(() => widget.toDict()).to.throw(ValidationError, /list\.0\.self contains itself/);
  });

  it('keeps a key named __proto__ harmless and present', () => {
    const source = JSON.parse('{"id":"1","name":"x","config":{"__proto__":{"polluted":true}},"__proto__":{"bad":1}}') as Record<
      string,
      unknown
    >;
    const widget = Widget.fromDict(source);
    expect((widget.config as Record<string, unknown>).polluted).to.equal(undefined);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
    expect(JSON.stringify(widget)).to.contain('"__proto__":{"polluted":true}');
  });
});
