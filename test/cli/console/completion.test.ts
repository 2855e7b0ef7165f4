import { expect } from 'chai';
import { complete } from '../../../src/cli/console/completion.js';
import { placeOf } from '../../../src/cli/console/cursor.js';
import { BaseResource, defineEntity, GetResourceMixin, SearchResourceMixin } from '../../../src/index.js';
import { Moderately } from '../../../src/moderately/index.js';

describe('what stands before the cursor', () => {
  for (const [line, place] of [
    ['', { kind: 'name', prefix: '' }],
    ['Data', { kind: 'name', prefix: 'Data' }],
    ['await Data', { kind: 'name', prefix: 'Data' }],
    ['Dataset.se', { kind: 'member', path: 'Dataset', prefix: 'se' }],
    ['x = page.results[0].', { kind: 'member', path: 'page.results[0]', prefix: '' }],
    ['Dataset.search({', { kind: 'key', callee: 'Dataset.search', prefix: '', given: [] }],
    ['await Dataset.search({ na', { kind: 'key', callee: 'Dataset.search', prefix: 'na', given: [] }],
    ["Dataset.search({ name: 'a, {", { kind: 'value', callee: 'Dataset.search', key: 'name', prefix: 'a, {' }],
    ["Dataset.search({ name: 'it\\'s', or", { kind: 'key', callee: 'Dataset.search', prefix: 'or', given: ['name'] }],
    ["Dataset.search({ orderBy: 'na", { kind: 'value', callee: 'Dataset.search', key: 'orderBy', prefix: 'na' }],
    ['new Dataset({ na', { kind: 'key', callee: 'new Dataset', prefix: 'na', given: [] }],
    ['page.results[0].save({ na', { kind: 'key', callee: 'page.results[0].save', prefix: 'na', given: [] }],
    ["Dataset.search({ name: 'a' }).where({ or", { kind: 'key', callee: 'Dataset.search', prefix: 'or', given: [] }],
    ['Dataset.search({ name: Data', { kind: 'name', prefix: 'Data' }],
    ['Dataset.search({ name: text.le', { kind: 'member', path: 'text', prefix: 'le' }],
    ['Dataset.search({}).', undefined],
    ['const x = { na', { kind: 'name', prefix: 'na' }],
    ["'Data", undefined],
    ['12', undefined],
  ] as const) {
    it(`is found in ${line || 'an empty line'}`, () => expect(placeOf(line)).to.deep.equal(place));
  }
});

describe('the completion of the console', () => {
  const mai = new Moderately({ apiKey: 'k', teamId: 't' });
  const Widget = mai.bind(
    defineEntity({
      name: 'Widget',
      path: 'widgets',
      mixins: [GetResourceMixin, SearchResourceMixin],
      fields: { name: String, colour: String, made: { type: Date, readOnly: true }, code: { type: String, createOnly: true } },
    }),
  );
  const values: Record<string, unknown> = {
    Dataset: mai.Dataset,
    Widget,
    widget: Widget.fromDict({ id: 'w', name: 'a' }),
    list: [1],
    Bare: class Bare extends BaseResource {},
  };
  const completed = (line: string): string[] | undefined => complete(line, (path) => values[path])?.[0];

  it('offers the filters and the other parameters of a search, those not given yet', () => {
    expect(completed('Dataset.search({ na')).to.deep.equal(['nameLike', 'name']);
    expect(completed('Dataset.search({ nameL')).to.deep.equal(['nameLike: ']);
    expect(completed("Dataset.search({ nameLike: 'a', na")).to.deep.equal(['name: ']);
    expect(completed('Dataset.findBy({ page')).to.include.members(['pageSize']);
    expect(completed("Dataset.search({ orderBy: '")).to.deep.equal(['createdAt', 'updatedAt', 'name']);
    expect(completed("Dataset.search({ name: '")).to.equal(undefined);
  });

  it('offers the fields that can be set', () => {
    expect(completed('new Widget({ ')).to.deep.equal(['name', 'colour', 'code']);
    expect(completed('Widget.create({ co')).to.deep.equal(['colour', 'code']);
    expect(completed('widget.save({ co')).to.deep.equal(['colour: ']);
    expect(completed('Widget.search({ co')).to.deep.equal(['colour', 'code']);
  });

  it('offers the methods of classes, and the fields and methods of records', () => {
    expect(completed('Widget.')).to.include.members(['get', 'search', 'create']).and.not.include.members(['buildSearchParams']);
    expect(completed('Widget.build')).to.include('buildSearchParams');
    expect(completed('Widget.')).not.to.include('delete');
    const members = completed('widget.')!;
    expect(members.slice(0, 3)).to.deep.equal(['id', 'name', 'colour']);
    expect(members).to.include.members(['save', 'refresh', 'changes']).and.not.include('beforeSave');
    expect(completed('widget.before')).to.include('beforeSave');
  });

  it('leaves everything else to Node', () => {
    for (const line of ['', 'Wid', 'list.', 'list.push({ a', 'none.', 'none({ a', 'Widget.get({ a']) {
      const found = completed(line);
      expect(found === undefined || found.length === 0, line).to.equal(true);
    }
  });
});
