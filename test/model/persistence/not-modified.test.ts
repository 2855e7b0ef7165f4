import { expect } from 'chai';
import nock from 'nock';
import {
  APIError,
  BaseResource,
  Connection,
  Entity,
  Field,
  GetResourceMixin,
  SearchResourceMixin,
  ValidationError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

@Entity({ path: 'notes', update: 'patch', concurrency: 'etag', search: { method: 'GET', path: '' } })
class Note extends GetResourceMixin(SearchResourceMixin(BaseResource)) {
  @Field() text!: string;
  @Field() tags!: string[];
}

@Entity({ path: 'notes', update: 'patch', concurrency: { etagKey: '_etag' }, search: { method: 'GET', path: '' } })
class Tagged extends GetResourceMixin(SearchResourceMixin(BaseResource)) {
  @Field() text!: string;
  @Field() tags!: string[];
}

const row = { id: 'n1', text: 'theirs', tags: ['a'], more: { x: 1 } };

describe('a record that has not changed', () => {
  withoutNetwork();
  const api = connect();
  const Notes = api.bind(Note);
  after(() => api.close());

  /** A GET of the record, with the tag that it must have sent; null for none. */
  const get = (tag: string | null, path = '/notes/n1') =>
    nock(origin, { ...(tag === null ? { badheaders: ['if-none-match'] } : { reqheaders: { 'if-none-match': tag } }) }).get(path);
  const loaded = async () => {
    get(null).reply(200, row, { etag: '"1"' });
    return Notes.get('n1');
  };

  it('is not sent again to a refresh, which gives what was loaded, not the edits', async () => {
    const note = await loaded();
    note.text = 'mine';
    note.tags.push('b');
    get('"1"').reply(304);
    expect(await note.refresh()).to.equal(note);
    expect([note.text, note.tags, note.isModified]).to.deep.equal(['theirs', ['a'], false]);
    note.text = 'mine';
    get('"1"').reply(304, undefined, { etag: '"1"' });
    await note.refresh({ keepChanges: true });
    expect(note.changes).to.deep.equal({ text: { from: 'theirs', to: 'mine' } });
    expect(note.lastResponse?.status).to.equal(304);
    nock(origin, { reqheaders: { 'if-match': '"1"' } })
      .patch('/notes/n1', { text: 'mine' })
      .reply(200, { ...row, text: 'mine' });
    await note.save();
  });

  it('is not sent again to a get that is given it, which makes another record of what was loaded', async () => {
    const note = await loaded();
    note.text = 'mine';
    note.tags.push('b');
    get('"1"').reply(304);
    const again = await Notes.get('n1', { known: note });
    expect(again).to.not.equal(note);
    expect(again.toDict()).to.deep.equal(row);
    expect([again.isModified, again.isNew, note.text, note.tags]).to.deep.equal([false, false, 'mine', ['a', 'b']]);
    again.tags.push('c');
    note.revert();
    expect(note.tags).to.deep.equal(['a']);
    // It has the tag as well.
    again.revert();
    get('"1"').reply(304);
    await Notes.find('n1', { known: again });
    get('"1"').reply(200, { ...row, text: 'new' }, { etag: '"2"' });
    expect((await Notes.retrieve('n1', { known: note })).text).to.equal('new');
    expect(note.text).to.equal('theirs');
  });

  it('is known by what a GET of it was answered with only: a list, a save and a poll may have had less', async () => {
    nock(origin)
      .get('/notes?pageNumber=0&pageSize=20')
      .reply(200, { results: [{ id: 'n1', text: 'theirs', _etag: '"1"' }], total: 1 });
    const [listed] = (await api.bind(Tagged).search()).results;
    get(null).reply(200, { ...row, _etag: '"1"' });
    await listed!.refresh();
    expect(listed!.tags).to.deep.equal(['a']);
    get('"1"').reply(304);
    await listed!.refresh();
    nock(origin, { reqheaders: { 'if-match': '"1"' } })
      .patch('/notes/n1')
      .reply(204, undefined, { etag: '"2"' });
    await listed!.save({ text: 'mine' });
    get(null).reply(200, { ...row, text: 'mine', changed: 2, _etag: '"2"' });
    expect((await listed!.refresh()).toDict()).to.have.property('changed', 2);
    const made = Notes.fromDict(row);
    get(null).reply(200, row, { etag: '"1"' });
    await Notes.get('n1', { known: made });
  });

  it('is asked for in full at another address, by another key and on another connection', async () => {
    get(null, '/notes/n1?fields=text').reply(200, { id: 'n1', text: 'theirs' }, { etag: '"1"' });
    const part = await Notes.get('n1', { query: { fields: 'text' } });
    get(null).reply(200, row, { etag: '"1"' });
    expect((await part.refresh()).tags).to.deep.equal(['a']);
    get(null, '/notes/n1?fields=text').reply(200, { id: 'n1', text: 'theirs' }, { etag: '"1"' });
    await part.refresh({ query: { fields: 'text' } });
    get('"1"', '/notes/n1?fields=text').reply(304);
    await part.refresh({ query: { fields: 'text' } });
    get(null, '/other/n1').reply(200, row, { etag: '"1"' });
    await Notes.get('n1', { known: part, resourcePath: 'other' });
    const note = await loaded();
    get(null).reply(200, row, { etag: '"1"' });
    await note.refresh({ apiKey: 'key-of-somebody-else' });
    get(null).reply(200, row, { etag: '"1"' });
    await note.refresh({ apiKey: 'key-of-somebody-else' });
    get(null).reply(200, row, { etag: '"1"' });
    await note.refresh();
    const other = new Connection({ baseUrl: origin, apiKey: 'key-of-the-tests-2', maxRetries: 0 });
    get(null).reply(200, row, { etag: '"1"' });
    await other.bind(Note).get('n1', { known: note });
    await other.close();
  });

  it('cannot be known by a record of another class, another record, or without entity tags', async () => {
    const note = await loaded();
    for (const [ask, message] of [
      [() => Notes.get('n2', { known: note }), 'known is another record (Note(id=n1))'],
      [() => Notes.get('n1', { known: api.bind(Tagged).fromDict(row) as never }), 'known must be a Note'],
      [() => Notes.get('n1', { known: row as never }), 'known must be a Note'],
      [() => Notes.get('n1', { knwon: note } as never), 'did you mean known?'],
      [() => Plain.get('n1', { known: Plain.fromDict(row) }), '@Entity({ concurrency })'],
    ] as const) {
      expect((await failure<ValidationError>(ask(), ValidationError)).message).to.contain(message);
    }
    get(null).reply(200, row);
    const untagged = await Notes.get('n1', { known: null });
    get(null).reply(200, row);
    await Notes.get('n1', { known: untagged });
  });

  @Entity({ path: 'notes' })
  class PlainNote extends GetResourceMixin(BaseResource) {}
  const Plain = api.bind(PlainNote);

  it('is an error where the request named no version', async () => {
    for (const ask of [() => Plain.get('n1'), () => Plain.fromDict(row).refresh(), () => Notes.get('n1')]) {
      get(null).reply(304);
      const error = await failure<APIError>(ask(), APIError);
      expect(error.status).to.equal(304);
      expect(error.message).to.contain('n1').and.contain('named no version of it (If-None-Match)');
    }
  });

  it('is what the caller says who sends a tag of their own', async () => {
    const note = await loaded();
    note.text = 'mine';
    get('"0"').reply(304);
    const error = await failure(note.refresh({ headers: { 'If-None-Match': '"0"' } }), APIError);
    expect([error.status, note.text, error.message.includes('named no version')]).to.deep.equal([304, 'mine', false]);
    get('"0"').reply(200, { ...row, text: 'other' }, { etag: '"2"' });
    expect((await note.refresh({ headers: { 'If-None-Match': '"0"' } })).text).to.equal('other');
  });
});
