import { expect } from 'chai';
import { Exclude, Expose, instanceToPlain, plainToInstance, Transform, Type } from 'class-transformer';
import { BaseResource, ConfigurationError, Entity, Field, type Rel } from '../../../src/index.js';

class Port {
  code!: string;
  kinds!: string[];
  label(): string {
    return `${this.code}:${this.kinds.join('|')}`;
  }
}

@Entity({ path: 'nodes' })
class Node extends BaseResource {
  @Field({ type: Port }) main!: Port;
  @Field() @Type(() => Port) ports!: Port[];
  @Field({ type: () => Asset }) asset!: Rel<Asset> | null;
  @Field({ name: 'display_name' }) label!: string;
  @Field() @Expose({ name: 'other_name' }) exposed!: string;
  @Field() @Exclude({ toPlainOnly: true }) secret!: string;
  @Field() @Exclude({ toClassOnly: true }) writeOnly!: string;
  @Field()
  @Transform(({ value }) => (typeof value === 'string' ? value.split(',') : value), { toClassOnly: true })
  @Transform(({ value }) => (Array.isArray(value) ? value.join(',') : value), { toPlainOnly: true })
  tags!: string[];
  @Field() labels!: Map<string, number>;
  @Field() colors!: Set<string>;
  @Field() made!: Date;
  @Field({ type: Date }) times!: Date[];
}

@Entity({ path: 'assets' })
class Asset extends BaseResource {
  @Field() title!: string;
  @Field({ type: () => Node }) node!: Rel<Node>;
}

const json = () => ({
  id: 'n1',
  main: { code: 'a', kinds: ['text'], extra: 1 },
  ports: [{ code: 'b', kinds: ['x', 'y'] }],
  asset: { id: 'a1', title: 't', more: true },
  display_name: 'shown',
  other_name: 'exposed',
  secret: 's',
  writeOnly: 'theirs',
  tags: 'red,green',
  labels: { one: 1 },
  colors: ['blue'],
  made: '2024-01-15T10:00:00Z',
  times: ['2024-01-01T00:00:00Z'],
});
const load = (): Node => Node.fromDict(json());

describe('a field', () => {
  it('of a class holds an instance of it, alone and in lists', () => {
    const node = load();
    expect(node.main).to.be.instanceOf(Port);
    expect(node.main.label()).to.equal('a:text');
    expect(node.ports[0]).to.be.instanceOf(Port);
    expect(node.isModified).to.equal(false);
    node.ports[0]!.kinds.push('z');
    expect(node.changedFields).to.deep.equal(['ports']);
    expect(node.toDict().ports).to.deep.equal([{ code: 'b', kinds: ['x', 'y', 'z'] }]);
    expect(node.toDict().main).to.deep.equal({ code: 'a', kinds: ['text'], extra: 1 });
  });

  it('of another record holds one, even in a cycle', () => {
    const node = load();
    expect(node.asset).to.be.instanceOf(Asset);
    expect(node.asset!.title).to.equal('t');
    expect(node.isModified).to.equal(false);
    node.asset!.title = 'changed';
    expect(node.changes.asset?.to?.title).to.equal('changed');
    expect(node.toDict().asset).to.deep.equal({ id: 'a1', title: 'changed', more: true });
    node.asset = null;
    expect(node.toDict().asset).to.equal(null);
  });

  it('may have another name on the wire', () => {
    const node = load();
    expect(node.label).to.equal('shown');
    expect(node.exposed).to.equal('exposed');
    node.label = 'x';
    expect(node.changedFields).to.deep.equal(['label']);
    expect(node.toDict()).to.include({ display_name: 'x', other_name: 'exposed' });
  });

  it('may be kept from being sent, or from being read', () => {
    const node = load();
    expect(node.secret).to.equal('s');
    node.secret = 'mine';
    expect(node.isModified).to.equal(false);
    expect(node.toDict()).not.to.have.property('secret');
    expect(node.writeOnly).to.equal(undefined);
    node.writeOnly = 'ours';
    expect(node.toDict().writeOnly).to.equal('ours');
  });

  it('may be transformed both ways', () => {
    const node = load();
    expect(node.tags).to.deep.equal(['red', 'green']);
    expect(node.isModified).to.equal(false);
    node.tags.push('blue');
    expect(node.toDict().tags).to.equal('red,green,blue');
    expect(node.changes.tags).to.deep.equal({ from: ['red', 'green'], to: ['red', 'green', 'blue'] });
  });

  it('is neither copied nor converted before it is read', () => {
    let conversions = 0;
    @Entity({ path: 'lazy' })
    class Lazy extends BaseResource {
      @Field()
      @Transform(({ value }) => {
        conversions++;
        return value;
      })
      heavy!: object;
    }
    const record = Lazy.fromDict({ id: '1', heavy: { a: 1 } });
    expect(record.isModified).to.equal(false);
    expect(record.toDict()).to.deep.equal({ id: '1', heavy: { a: 1 } });
    expect(conversions).to.equal(0);
    expect(record.heavy).to.equal(record.heavy);
    expect(conversions).to.equal(1);
  });

  it('may be a Map or a Set', () => {
    const node = load();
    expect(node.labels).to.deep.equal(new Map([['one', 1]]));
    expect(node.colors).to.deep.equal(new Set(['blue']));
    expect(node.isModified).to.equal(false);
    node.labels.set('two', 2);
    node.colors.add('red');
    expect(node.changedFields).to.deep.equal(['labels', 'colors']);
    expect(node.toDict()).to.deep.include({ labels: { one: 1, two: 2 }, colors: ['blue', 'red'] });
  });

  it("of dates reads them as dates and prints the platform's own text", () => {
    const node = load();
    expect(node.made).to.deep.equal(new Date('2024-01-15T10:00:00Z'));
    expect(node.times).to.deep.equal([new Date('2024-01-01T00:00:00Z')]);
    expect(node.toDict().made).to.equal('2024-01-15T10:00:00Z');
    node.made = new Date('2024-02-01T00:00:00Z');
    expect(node.toDict().made).to.equal('2024-02-01T00:00:00.000Z');
  });

  it('of an unreadable date reads as an invalid date and is left alone', () => {
    const node = Node.fromDict({ id: '1', made: 'soon' });
    expect(Number.isNaN(node.made.getTime())).to.equal(true);
    expect(node.isModified).to.equal(false);
    expect(node.toDict().made).to.equal('soon');
  });

  it('survives a round trip through every type', () => {
    const node = load();
    for (const key of Object.keys(node)) Reflect.get(node, key);
    const { secret: _secret, writeOnly: _writeOnly, ...rest } = json();
    expect(node.toDict()).to.deep.equal(rest);
  });

  it('cannot be named like what every record has; the error shows the way out', () => {
    expect(() => {
      class Log extends BaseResource {
        // @ts-expect-error the member of BaseResource has another type
        @Field() changes!: object;
      }
      return Log;
    }).to.throw(ConfigurationError, /Log\.changes.*@Field\(\{ name: 'changes' \}\)/);
    @Entity({ path: 'logs' })
    class Log extends BaseResource {
      @Field({ name: 'changes' }) changeList!: object;
    }
    expect(Log.fromDict({ id: '1', changes: { a: 1 } }).changeList).to.deep.equal({ a: 1 });
  });

  it('may be what compilers make of an accessor, minified or not, and of a property with an initialiser', () => {
    class Private {
      #a = 'blue';
      // biome-ignore format: as a minifier writes it
      get colour(){return this.#a}
      set colour(t) {
        this.#a = t;
      }
    }
    const values = new WeakMap<object, unknown>();
    const t = (record: object, map: WeakMap<object, unknown>, _kind: 'f'): unknown => map.get(record);
    const e = (record: object, map: WeakMap<object, unknown>, value: unknown, _kind: 'f'): unknown => map.set(record, value);
    class Helped {
      get colour() {
        return t(this, values, 'f');
      }
      set colour(value) {
        e(this, values, value, 'f');
      }
    }
    for (const { prototype } of [Private, Helped]) {
      const storage = Object.getOwnPropertyDescriptor(prototype, 'colour');
      class Painted extends BaseResource {}
      const replaced: unknown = (Field() as (...args: unknown[]) => unknown)(Painted.prototype, 'colour', storage);
      expect(replaced).to.have.property('set');
    }
    // Babel's legacy decorators.
    class Plain extends BaseResource {}
    const property = { configurable: true, enumerable: true, writable: true, initializer: null };
    (Field() as (...args: unknown[]) => unknown)(Plain.prototype, 'colour', property);
    expect(Object.keys(Entity({ path: 'plain' })(Plain).fromDict({ id: '1', colour: 'red' }))).to.include('colour');
  });

  it('is refused for a getter or setter that does something', () => {
    class Own {
      #a = 'blue';
      get colour(): string {
        return this.#a;
      }
      set colour(value: string) {
        this.#a = value.trim();
      }
      get shade(): string {
        return this.#a;
      }
    }
    for (const name of ['colour', 'shade']) {
      class Painted extends BaseResource {}
      const storage = Object.getOwnPropertyDescriptor(Own.prototype, name);
      expect(() => (Field() as (...args: unknown[]) => unknown)(Painted.prototype, name, storage)).to.throw(
        ConfigurationError,
        'a field must be a property',
      );
    }
  });

  it('needs its class to be an entity', () => {
    class Forgotten extends BaseResource {
      @Field() name!: string;
    }
    expect(() => new Forgotten()).to.throw(ConfigurationError, /Write @Entity\(\) above "class Forgotten"/);
    @Entity({ path: 'x' })
    class Child extends Forgotten {
      @Field() size!: number;
    }
    expect(() => new Child()).to.throw(ConfigurationError, /class Forgotten/);
  });

  it('cannot share its key with another', () => {
    @Entity({ path: 'x' })
    class Twice extends BaseResource {
      @Field({ name: 'a' }) one!: string;
      @Field({ name: 'a' }) two!: string;
    }
    expect(() => new Twice()).to.throw(ConfigurationError, /one and two/);
  });

  it('whose type cannot be found says which', () => {
    @Entity({ path: 'x' })
    class Lost extends BaseResource {
      @Field({ type: () => undefined as never }) thing!: object;
    }
    expect(() => new Lost()).to.throw(ConfigurationError, /Lost\.thing/);
  });
});

describe('an entity', () => {
  it('inherits fields and options, and may override single ones', () => {
    @Entity({ path: 'base', update: 'patch', search: { pageSize: 7 } })
    class Base extends BaseResource {
      @Field() name!: string;
    }
    @Entity({ path: 'derived' })
    class Derived extends Base {
      @Field() size!: number;
    }
    class Plain extends Derived {
      shout(): string {
        return this.name.toUpperCase();
      }
    }
    const record = Plain.fromDict({ id: '1', name: 'n', size: 2 });
    expect(record).to.include({ name: 'n', size: 2 });
    expect(record.shout()).to.equal('N');
    expect(record).to.be.instanceOf(Base);
    expect(Plain.name).to.equal('Plain');
    expect(Derived.name).to.equal('Derived');
  });

  it('runs its constructor for every record, loaded ones too; what the platform sent wins', () => {
    @Entity({ path: 'counted' })
    class Counted extends BaseResource {
      static made = 0;
      @Field() name = 'from the initialiser';
      local = 'kept';
      constructor(attributes?: object) {
        super(attributes);
        Counted.made++;
      }
    }
    expect(Counted.fromDict({ id: '1', name: 'sent' })).to.include({ name: 'sent', local: 'kept' });
    expect(new Counted().name).to.equal('from the initialiser');
    expect(new Counted({ name: 'given' }).name).to.equal('given');
    expect(Counted.made).to.equal(3);
  });

  it("may have a read-only field beside its id for the platform's own name of it", () => {
    @Entity({ path: 'sets', id: 'setId' })
    class DataSet extends BaseResource {
      @Field({ readOnly: true }) readonly setId!: string;
    }
    const record = DataSet.fromDict({ setId: 's1' });
    expect(record).to.include({ id: 's1', setId: 's1', isModified: false });
    expect(record.toDict()).to.deep.equal({ setId: 's1' });
  });

  it('works with class-transformer itself', () => {
    const node = plainToInstance(Node, { id: 'n1', label: 'x', main: { code: 'a', kinds: [] } });
    expect(node).to.be.instanceOf(Node);
    expect(node.label).to.equal('x');
    const plain = instanceToPlain(load());
    expect(plain).to.deep.equal(load().toDict());
    expect(plain).to.include({ id: 'n1', display_name: 'shown', other_name: 'exposed', tags: 'red,green' });
    expect(plain.main).to.deep.equal({ code: 'a', kinds: ['text'], extra: 1 });
    expect(plain).not.to.have.property('secret');
  });
});

describe('a record from JSON', () => {
  it('is as loaded when it has an id, else new', () => {
    expect(load().isNew).to.equal(false);
    const made = Node.fromDict({ display_name: 'x', more: 1 });
    expect(made.isNew).to.equal(true);
    expect(made.label).to.equal('x');
    expect(made.toDict()).to.deep.include({ display_name: 'x', more: 1 });
  });
});
