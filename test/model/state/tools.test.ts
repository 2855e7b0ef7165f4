import assert from 'node:assert';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { Widget } from '../../support/widgets.js';

const loaded = (over: object = {}): Widget =>
  Widget.fromDict({ id: 'w1', name: 'first', config: { depth: 1 }, due: '2024-01-15T10:00:00.000Z', surprise: 1, ...over });

const fields = ['id', 'name', 'description', 'size', 'config', 'list', 'due', 'createdAt'];

describe("a user's tools", () => {
  it('see exactly the fields', () => {
    expect(Object.keys(loaded())).to.have.members(fields);
    expect(Object.keys(new Widget())).to.have.members(fields);
    expect(Object.keys({ ...loaded() })).to.have.members(fields);
    const seen: string[] = [];
    for (const key in loaded()) seen.push(key);
    expect(seen).to.have.members(fields);
  });

  it('can copy a record', () => {
    const copy = structuredClone(loaded()) as unknown as Widget;
    expect(copy.config).to.deep.equal({ depth: 1 });
    expect({ ...loaded() }.due).to.deep.equal(new Date('2024-01-15T10:00:00.000Z'));
  });

  it('tell different records apart and equal ones not', () => {
    assert.deepStrictEqual(loaded(), loaded());
    assert.notDeepStrictEqual(loaded(), loaded({ name: 'other' }));
    assert.notDeepStrictEqual(loaded(), loaded({ config: { depth: 2 } }));
    expect(loaded()).to.deep.equal(loaded());
    expect(loaded()).not.to.deep.equal(loaded({ due: '2025-01-15T10:00:00.000Z' }));
  });

  it('can sort and group records', () => {
    const records = ['c', 'a', 'b'].map((name) => loaded({ name }));
    expect(records.toSorted((a, b) => a.name.localeCompare(b.name)).map(({ name }) => name)).to.deep.equal(['a', 'b', 'c']);
    expect(new Map(records.map((record) => [record.name, record])).get('b')).to.equal(records[2]);
  });

  it('print the class, the fields, and which are modified', () => {
    const widget = loaded();
    widget.name = 'changed';
    const text = inspect(widget);
    expect(text).to.match(/^Widget \{/);
    expect(text).to.contain("name: 'changed' (modified)");
    expect(text).to.contain("id: 'w1'");
    expect(text).to.contain('config: { depth: 1 }');
    expect(inspect(new Widget({ name: 'x' }))).to.match(/^Widget \(new\) \{/);
    expect(inspect({ a: { b: widget } })).to.contain('Widget {');
    expect(inspect({ a: { b: { c: widget } } })).to.contain('[Widget(id=w1, name=changed)]');
  });

  it('see no connection and no key', () => {
    expect(inspect(loaded(), { showHidden: true, depth: 9 })).not.to.contain('key-of-the-tests');
  });

  it('print a record in text by its path, else by its id', () => {
    expect(String(loaded())).to.equal('Widget(id=w1, name=first)');
    expect(`${Object.assign(loaded(), { path: 'a/b' })}`).to.equal('Widget(path=a/b)');
  });
});
