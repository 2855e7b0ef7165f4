import { expect } from 'chai';
import fc from 'fast-check';
import {
  APIError,
  BaseResource,
  ConflictError,
  DeleteResourceMixin,
  Entity,
  type EntityOptions,
  Field,
  GetResourceMixin,
  NotFoundError,
  type OnConflict,
  SearchResourceMixin,
  StaleRecordError,
  ValidationError,
} from '../../../src/index.js';
import type { TransportRequest } from '../../../src/model/ports/transport.js';
import { failure } from '../../support/failure.js';
import { Headed, VirtualConnection } from '../../support/virtual.js';

type Row = Record<string, unknown>;

/** A server that keeps one record and honours preconditions, or versions. */
class Server {
  row: Row | null;
  revision = 1;
  /** Runs once, before the next write is looked at: what somebody else does meanwhile. */
  meanwhile: (() => void) | undefined;
  readonly log: string[] = [];

  constructor(
    row: Row,
    readonly kind: 'etag' | 'etagKey' | 'version',
  ) {
    this.row = { id: 'a', ...row };
  }

  edit(changes: Row): void {
    this.row = { ...this.row, ...changes };
    this.revision++;
  }

  get etag(): string {
    return `"${this.revision}"`;
  }

  respond({ method, path, body, headers = {} }: TransportRequest): unknown {
    if (method !== 'GET') {
      const act = this.meanwhile;
      this.meanwhile = undefined;
      act?.();
    }
    this.log.push(`${method} ${headers['if-match'] ?? headers['if-none-match'] ?? ''}`.trim());
    if (path.endsWith('paginate')) return { results: [this.shown()], total: 1 };
    if (this.row === null) throw new NotFoundError('gone', { status: 404 } as never);
    if (headers['if-none-match'] === this.etag) throw new APIError('not modified', { status: 304, headers: {} } as never);
    if (method === 'GET') return this.answer();
    if (this.kind === 'version') {
      if ((body as Row | undefined)?.version !== this.revision && method !== 'DELETE')
        throw new ConflictError('stale', { status: 409 } as never);
    } else if (headers['if-match'] !== undefined && headers['if-match'] !== this.etag)
      throw new APIError('stale', { status: 412 } as never);
    if (method === 'DELETE') {
      this.row = null;
      return {};
    }
    this.edit(body as Row);
    return this.answer();
  }

  shown(): Row {
    const extra = this.kind === 'etagKey' ? { _etag: this.etag } : this.kind === 'version' ? { version: this.revision } : {};
    return { ...this.row, ...extra };
  }

  answer(): Headed {
    return new Headed(this.kind === 'etag' ? { etag: this.etag } : {}, this.shown());
  }
}

const options = { etag: { concurrency: 'etag' }, etagKey: { concurrency: { etagKey: '_etag' } }, version: {} } as const satisfies Record<
  string,
  EntityOptions
>;

function notes(server: Server, update: EntityOptions['update'] = 'patch') {
  @Entity({ path: 'notes', update, ...options[server.kind] })
  class Note extends DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
    @Field() a!: unknown;
    @Field() b!: unknown;
    @Field() c!: unknown;
    @Field({ version: server.kind === 'version' }) version!: unknown;
  }
  const connection = new VirtualConnection((request) => server.respond(request));
  return { connection, Note: connection.bind(Note) };
}

const kinds = ['etag', 'etagKey', 'version'] as const;

for (const kind of kinds) {
  describe(`a record that somebody else has changed (${kind})`, () => {
    const setUp = async (update?: EntityOptions['update']) => {
      const server = new Server({ a: 1, b: 1 }, kind);
      const { Note, connection } = notes(server, update);
      const note = await Note.get('a');
      server.log.length = 0;
      return { server, Note, connection, note };
    };

    it('is not overwritten: the save says what it would have undone', async () => {
      const { server, note } = await setUp();
      server.edit({ b: 2 });
      const error = await failure(note.save({ a: 5 }), StaleRecordError);
      expect(error).to.deep.include({ mine: { a: 5 }, base: { a: 1 }, fields: undefined });
      expect(error.message).to.contain('onConflict');
      expect(error.status).to.equal(kind === 'version' ? 409 : 412);
      expect(server.row).to.include({ a: 1, b: 2 });
      expect(note.changes).to.deep.equal({ a: { from: 1, to: 5 } });
      const { log } = server;
      expect(log).to.have.length(1);
      const theirs = (await error.theirs()) as typeof note;
      expect([theirs.a, theirs.b, theirs === (await error.theirs())]).to.deep.equal([1, 2, true]);
    });

    for (const update of ['patch', 'put', 'merge-patch'] as const) {
      it(`is merged field by field with 'rebase' (${update})`, async () => {
        const { server, note } = await setUp(update);
        server.edit({ b: 2 });
        await note.save({ a: 5 }, { onConflict: 'rebase' });
        expect(server.row).to.include({ a: 5, b: 2 });
        expect([note.a, note.b, note.isModified]).to.deep.equal([5, 2, false]);
        // The next save needs nothing of all this.
        server.log.length = 0;
        await note.save({ c: 1 });
        expect(server.log).to.have.length(1);
      });
    }

    it("stays a conflict with 'rebase' when both have changed a field to different values", async () => {
      const { server, note } = await setUp();
      server.edit({ a: 2, b: 3 });
      const error = await failure(note.save({ a: 5, c: 1 }, { onConflict: 'rebase' }), StaleRecordError);
      expect(error.fields).to.deep.equal(['a']);
      expect(error.message).to.contain('both sides have changed a');
      expect(server.row).to.include({ a: 2, b: 3 });
      expect(note.changedFields).to.have.members(['a', 'c']);
    });

    it('is not a conflict when both have changed a field to the same value', async () => {
      const { server, note } = await setUp();
      server.edit({ a: 5, b: 3 });
      await note.save({ a: 5 }, { onConflict: 'rebase' });
      expect([note.a, note.b, note.isModified]).to.deep.equal([5, 3, false]);
    });

    it('is decided on by a function', async () => {
      const { server, note } = await setUp();
      server.edit({ a: 2, b: 3 });
      const seen: unknown[] = [];
      const onConflict: OnConflict = async ({ field, base, mine, theirs }) => {
        seen.push([field, base, mine, theirs]);
        return Number(mine) + Number(theirs);
      };
      await note.save({ a: 5, c: 1 }, { onConflict });
      expect(seen).to.deep.equal([['a', 1, 5, 2]]);
      expect(server.row).to.include({ a: 7, b: 3, c: 1 });
      expect(note.isModified).to.equal(false);
    });

    it("is overwritten with 'overwrite'", async () => {
      const { server, note } = await setUp();
      server.edit({ a: 2, b: 3 });
      await note.save({ a: 5 }, { onConflict: 'overwrite' });
      expect(server.row).to.include({ a: 5, b: 3 });
    });

    it('is tried a few times while others keep changing it, and then left alone', async () => {
      const { server, note } = await setUp();
      let turns = 0;
      const edit = (): void => {
        server.edit({ b: ++turns });
        server.meanwhile = edit;
      };
      server.meanwhile = edit;
      const error = await failure(note.save({ a: 5 }, { onConflict: 'rebase' }), StaleRecordError);
      expect(error.message).to.contain('again and again');
      expect(turns).to.equal(6);
      expect(note.changedFields).to.deep.equal(['a']);
    });

    it('can be saved once it was refreshed', async () => {
      const { server, note } = await setUp();
      server.edit({ b: 2 });
      note.a = 5;
      await failure(note.save(), StaleRecordError);
      await note.refresh({ keepChanges: true });
      await note.save();
      expect(server.row).to.include({ a: 5, b: 2 });
    });

    it('says so when somebody has deleted it', async () => {
      const { server, note } = await setUp();
      server.row = null;
      await failure(note.save({ a: 5 }, { onConflict: 'rebase' }), NotFoundError);
    });

    it('refuses other words', async () => {
      const { note } = await setUp();
      await failure(note.save({ a: 5 }, { onConflict: 'mine' as never }), ValidationError);
      await failure(note.delete({ onConflict: 'rebase' as never }), ValidationError);
    });

    it('loses nothing, however two writers take turns', async () => {
      const field = fc.constantFrom('a', 'b', 'c');
      const write = fc.record({ writer: fc.nat(1), field, value: fc.integer({ min: 0, max: 3 }), refreshes: fc.boolean() });
      const mode = fc.constantFrom<OnConflict | undefined>(undefined, 'rebase', ({ mine }) => mine);
      await fc.assert(
        fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 12 }), mode, async (writes, onConflict) => {
          const server = new Server({ a: 0, b: 0, c: 0 }, kind);
          const { Note } = notes(server);
          const writers = [await Note.get('a'), await Note.get('a')];
          /** What each writer has last seen of the record, and what it holds. */
          for (const { writer, field: name, value, refreshes } of writes) {
            const note = writers[writer]!;
            if (refreshes) await note.refresh();
            const seen = Object.fromEntries(['a', 'b', 'c'].map((each) => [each, note.original(each as 'a')]));
            const before = { ...server.row };
            note[name] = value;
            const isStale = ['a', 'b', 'c'].some((each) => before[each] !== seen[each]);
            try {
              await note.save({}, { onConflict });
              // Only the fields that the writer has changed are other than before.
              for (const each of ['a', 'b', 'c']) {
                const expected = each === name && value !== seen[name] ? value : before[each];
                expect(server.row![each]).to.equal(expected);
              }
              if (onConflict === undefined && value !== seen[name]) expect(isStale).to.equal(false);
              if (onConflict === 'rebase' && value !== seen[name]) expect([seen[name], value]).to.include(before[name]);
            } catch (error) {
              expect(error).to.be.instanceOf(StaleRecordError);
              expect(server.row).to.deep.equal(before);
              expect(note[name]).to.equal(value);
              note.revert();
              await note.refresh();
            }
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

describe('entity tags', () => {
  it('are asked for once where a list did not have them, and what has changed since is a conflict', async () => {
    const server = new Server({ a: 1, b: 1 }, 'etag');
    const { Note } = notes(server);
    const [note] = (await Note.search()).results;
    server.log.length = 0;
    await note!.save({ a: 2 });
    expect(server.log).to.deep.equal(['GET', 'PATCH "1"']);
    await note!.save({ a: 3 });
    expect(server.log.slice(2)).to.deep.equal(['PATCH "2"']);
    const [other] = (await Note.search()).results;
    server.edit({ b: 9 });
    const error = await failure(other!.save({ a: 4 }), StaleRecordError);
    expect(((await error.theirs()) as typeof other)?.b).to.equal(9);
    expect(server.row).to.include({ a: 3, b: 9 });
    await other!.save({}, { onConflict: 'rebase' });
    expect(server.row).to.include({ a: 4, b: 9 });
  });

  it('are asked for with the keys that no field declares, which a PUT would send back as they were', async () => {
    const server = new Server({ a: 1, other: 1 }, 'etag');
    const { Note } = notes(server, 'put');
    const [note] = (await Note.search()).results;
    server.edit({ other: 2 });
    await failure(note!.save({ a: 2 }), StaleRecordError);
    await note!.save({}, { onConflict: 'rebase' });
    expect(server.row).to.include({ a: 2, other: 2 });
  });

  it('that a platform does not have do not keep a record from being overwritten', async () => {
    const row = { id: 'a', a: 1, b: 1 };
    const log: string[] = [];
    const connection = new VirtualConnection(({ method, path, body }) => {
      log.push(method);
      if (path.endsWith('paginate')) return { results: [{ ...row }], total: 1 };
      if (method !== 'GET') Object.assign(row, body);
      return { ...row };
    });
    @Entity({ path: 'notes', update: 'patch', concurrency: 'etag' })
    class Untagged extends SearchResourceMixin(BaseResource) {
      @Field() a!: number;
      @Field() b!: number;
    }
    const [note] = (await connection.bind(Untagged).search()).results;
    row.b = 9;
    await note!.save({ a: 2 }, { onConflict: 'overwrite' });
    expect([row.a, row.b, log]).to.deep.equal([2, 9, ['POST', 'GET', 'PATCH']]);
  });

  it('guard deletes', async () => {
    for (const kind of ['etag', 'etagKey'] as const) {
      const server = new Server({ a: 1 }, kind);
      const { Note } = notes(server);
      const note = await Note.get('a');
      server.edit({ a: 2 });
      const error = await failure(note.delete(), StaleRecordError);
      expect(error.message).to.contain("delete({ onConflict: 'overwrite' })");
      expect([note.isDeleted, server.row?.a]).to.deep.equal([false, 2]);
      await note.delete({ onConflict: 'overwrite' });
      expect([note.isDeleted, server.row]).to.deep.equal([true, null]);
    }
  });

  it('spare a refresh what has not changed', async () => {
    const server = new Server({ a: 1 }, 'etag');
    const { Note } = notes(server);
    const note = await Note.get('a');
    note.a = 7;
    server.log.length = 0;
    await note.refresh();
    expect([note.a, note.isModified]).to.deep.equal([1, false]);
    note.a = 8;
    await note.refresh({ keepChanges: true });
    expect([note.a, note.changedFields]).to.deep.equal([8, ['a']]);
    expect(server.log).to.deep.equal(['GET "1"', 'GET "1"']);
    server.edit({ b: 2 });
    await note.refresh();
    expect(note.b).to.equal(2);
    await note.save({ a: 3 });
    expect(server.log.at(-1)).to.equal('PATCH "2"');
  });

  it('are neither sent nor kept where a class does not ask for it', async () => {
    const server = new Server({ a: 1 }, 'etag');
    const connection = new VirtualConnection((request) => server.respond(request));
    @Entity({ path: 'notes', update: 'patch' })
    class Plain extends GetResourceMixin(BaseResource) {
      @Field() a!: number;
    }
    const note = await connection.bind(Plain).get('a');
    server.edit({ b: 1 });
    await note.save({ a: 2 });
    await note.refresh();
    expect(server.log).to.deep.equal(['GET', 'PATCH', 'GET']);
  });

  it('are not sent with creates, nor copied by clones', async () => {
    const server = new Server({ a: 1 }, 'version');
    const { Note } = notes(server);
    const copy = await (await Note.get('a')).clone();
    expect(copy.version).to.equal(undefined);
  });
});
