import { expect } from 'chai';
import nock from 'nock';
import {
  AbortedError,
  APIError,
  type Attributes,
  BaseResource,
  Entity,
  Field,
  FileUploadError,
  OperationTimeoutError,
  type SaveOptions,
  ServerError,
  ValidationError,
  WaitableResourceMixin,
} from '../src/index.js';
import {
  attachConnection,
  fieldProblems,
  idKeyOf,
  loadedRecord,
  loadRecord,
  newRecord,
  refuseOther,
  replaceSaved,
  saveWith,
  startWork,
  textOf,
  uploadStep,
} from '../src/vendor.js';
import { failure } from './support/failure.js';
import { VirtualConnection } from './support/virtual.js';
import { connect, origin, withoutNetwork } from './support/widgets.js';

@Entity({ path: 'photos', id: 'photoId' })
class Photo extends BaseResource {
  @Field({ nullable: false, check: textOf(1, 5) }) title!: string;
  @Field({ readOnly: true }) readonly address!: string | null;

  /** What the next save does. */
  work: (sending: () => SaveOptions) => Promise<Record<string, unknown> | null> = async () => null;

  constructor(attributes?: Attributes<Photo>) {
    super(attributes);
  }

  override save(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
    return saveWith<this>(this, attributes, options, (sending) => this.work(sending));
  }
}

@Entity({ path: 'jobs' })
class Job extends WaitableResourceMixin(BaseResource) {
  @Field({ readOnly: true }) readonly status!: string;
}

describe('what a vendor has beyond the front door', () => {
  withoutNetwork();

  describe('a save in another way than by one request', () => {
    const saves = (photo: Photo): unknown[] => {
      const seen: unknown[] = [];
      photo.on('save', ({ sent, changes }) => seen.push([sent, Object.keys(changes ?? {})]));
      return seen;
    };

    it('takes over what the platform has, and is a save to hooks and listeners', async () => {
      const photo = new (connect().bind(Photo))({ title: 'Sea' });
      const seen = saves(photo);
      photo.work = async (sending) => {
        sending();
        return { photoId: 'p1', address: 's3://photos/p1' };
      };
      await photo.save({ title: 'Seas' });
      expect([photo.id, photo.title, photo.address, photo.isNew, photo.isModified]).to.deep.equal([
        'p1',
        'Seas',
        's3://photos/p1',
        false,
        false,
      ]);
      expect(seen).to.deep.equal([[true, ['title']]]);
    });

    it('leaves the record as it is when there was nothing to do', async () => {
      const photo = new (connect().bind(Photo))({ title: 'Sea' });
      const seen = saves(photo);
      await photo.save();
      expect([photo.isNew, photo.isModified]).to.deep.equal([true, true]);
      expect(seen).to.deep.equal([[false, ['title']]]);
    });

    it('keeps every edit when it fails', async () => {
      const photo = new (connect().bind(Photo))({ title: 'Sea' });
      photo.work = async () => Promise.reject(new ValidationError('no camera'));
      expect((await failure(photo.save({ title: 'Lake' }))).message).to.equal('no camera');
      expect([photo.title, photo.isNew]).to.deep.equal(['Lake', true]);
    });

    it('refuses names that are not fields, before anything is done', async () => {
      const photo = new Photo();
      const unknown = await failure(photo.save({ titel: 'Sea' } as never));
      expect(unknown).to.be.instanceOf(ValidationError);
      expect(unknown.message).to.contain('titel is not a field of Photo');
      expect((await failure(photo.save({ address: 's3://mine' } as never))).message).to.contain('address is read-only');
      expect(photo.title).to.equal(undefined);
    });

    it('happens one after another', async () => {
      const photo = new (connect().bind(Photo))({ title: 'Sea' });
      const steps: string[] = [];
      photo.work = async () => {
        steps.push('begin');
        await new Promise(setImmediate);
        steps.push('end');
        return null;
      };
      await Promise.all([photo.save(), photo.save()]);
      expect(steps).to.deep.equal(['begin', 'end', 'begin', 'end']);
    });

    it('makes its requests within the time that its hooks have left', async () => {
      const connection = new VirtualConnection(() => ({}));
      connection.before('save', () => new Promise<void>((resolve) => connection.clock.timer(2000, resolve)));
      const photo = new (connection.bind(Photo))({ title: 'Sea' });
      let limited: SaveOptions = {};
      photo.work = async (sending) => {
        limited = sending();
        return { photoId: 'p1' };
      };
      await photo.save({}, { timeout: 5, maxRetries: 1 });
      expect(limited.timeout).to.be.closeTo(3, 0.01);
      expect(limited.maxRetries).to.equal(1);
    });
  });

  describe('records', () => {
    it('are loaded from JSON, with the connection of their class or another', () => {
      const connection = connect();
      const other = connect();
      expect(idKeyOf(Photo)).to.equal('photoId');
      const photo = loadRecord(connection.bind(Photo), { photoId: 'p1', title: 'Sea' });
      expect([photo.id, photo.isModified, photo.context === connection]).to.deep.equal(['p1', false, true]);
      expect(loadRecord(connection.bind(Photo), { photoId: 'p1' }, other).context === other).to.equal(true);
    });

    it('take over a saved state, with or without their edits', () => {
      const photo = loadRecord(Photo, { photoId: 'p1', title: 'Sea', address: null });
      photo.title = 'Lake';
      replaceSaved(photo, { photoId: 'p1', title: 'Seas', address: 's3://photos/p1' }, { keepChanges: true });
      expect([photo.title, photo.address, photo.isModified]).to.deep.equal(['Lake', 's3://photos/p1', true]);
      replaceSaved(photo, { photoId: 'p1', title: 'Seas', address: 's3://photos/p1' });
      expect([photo.title, photo.isModified]).to.deep.equal(['Seas', false]);
    });

    it('are given a connection only where they have none', () => {
      const connection = connect();
      const photo = new Photo();
      attachConnection(photo, connection);
      attachConnection(photo, connect());
      expect(photo.context === connection).to.equal(true);
    });

    it('tell what is wrong with values that they do not have yet', () => {
      expect(fieldProblems(Photo, { title: 'Mountain', other: 1 })).to.deep.equal([
        { field: 'title', message: 'must have 1 to 5 characters (it has 8)' },
      ]);
      expect(fieldProblems(Photo, { title: null })).to.deep.equal([{ field: 'title', message: 'must not be null' }]);
      expect(fieldProblems(Photo, { title: 'Sea' })).to.deep.equal([]);
    });

    it('are new with the attributes they are given, whatever the initialisers of their class', () => {
      class Named extends Photo {
        override title = 'N-';
      }
      expect(newRecord(Named, { title: 'Sea' }).title).to.equal('Sea');
    });

    it('that are known by their id alone are loaded for what they have', async () => {
      const Photos = connect().bind(Photo);
      nock(origin).get('/photos/p1').reply(200, { photoId: 'p1', address: 's3://photos/p1' });
      const photo = new Photos({ id: 'p1' });
      expect(await loadedRecord(photo, 'print')).to.include({ id: 'p1', address: 's3://photos/p1' });
      const known = loadRecord(Photos, { photoId: 'p2' });
      expect(await loadedRecord(known, 'print')).to.equal(known);
    });

    it('are told from others by the id of a response', () => {
      refuseOther(Photo, 'p1', { photoId: 'p1' }, 'print');
      for (const response of [{ photoId: 'p2' }, { id: 'p1' }]) {
        expect(() => refuseOther(Photo, 'p1', response, 'print'))
          .to.throw(APIError, /^print: .*photoId/)
          .with.property('status', 200);
      }
    });
  });

  describe('work that is started', () => {
    const job = (): Job => loadRecord(connect().bind(Job), { id: 'j1', status: 'RUNNING' });

    it('counts its time limit from before the start', async () => {
      const running = job();
      const { environment } = running.requireConnection('test');
      const before = environment.clock.now();
      const waiting = await startWork(running, { timeout: 5, throwOnFailure: false }, async () => {
        while (environment.clock.now() - before < 5) await new Promise(setImmediate);
      });
      expect(waiting).to.include({ timeout: 5, throwOnFailure: false });
      expect(waiting.since).to.be.within(before, before + 5);
      nock(origin).persist().get('/jobs/j1').reply(200, { id: 'j1', status: 'RUNNING' });
      const late = await startWork(running, { timeout: 0 }, async () => undefined);
      expect(await failure(running.wait(late))).to.be.instanceOf(OperationTimeoutError);
      nock.cleanAll();
    });

    it('leaves its deadline in the token, until it is started without one', async () => {
      const running = job();
      const deadline = (): unknown => running.requireConnection('test').environment.waiter.readToken(running.token(), 'Job').deadline;
      await startWork(running, { timeout: 60 }, async () => undefined);
      const first = deadline();
      await startWork(running, {}, async () => undefined);
      expect([typeof first, deadline()]).to.deep.equal(['number', null]);
    });

    it('is not started with options that make no sense', async () => {
      let started = false;
      const error = await failure(
        startWork(job(), { timeout: -1 }, async () => {
          started = true;
        }),
      );
      expect([error instanceof ValidationError, started]).to.deep.equal([true, false]);
    });
  });

  describe('a step of an upload', () => {
    it('fails with its name, and what the failure was', async () => {
      nock(origin).post('/photos').reply(503, { message: 'no room' });
      const connection = connect();
      const error = await failure<FileUploadError>(
        uploadStep('request-url', () => connection.send({ method: 'POST', path: 'photos', body: {}, once: true })),
      );
      expect(error).to.be.instanceOf(FileUploadError);
      expect([error.step, error.status, error.cause instanceof ServerError]).to.deep.equal(['request-url', 503, true]);
      const { retryable, outcome } = error.cause as ServerError;
      expect([error.retryable, error.outcome]).to.deep.equal([retryable, outcome]);
    });

    it('leaves alone what is not the failure of a request', async () => {
      for (const thrown of [
        new ValidationError('no'),
        new AbortedError('no'),
        new FileUploadError('no', { step: 'put' }),
        new TypeError('no'),
      ])
        expect(await failure(uploadStep('complete', async () => Promise.reject(thrown)))).to.equal(thrown);
      expect(await uploadStep('complete', async () => 5)).to.equal(5);
    });
  });
});
