import { readdir, readFile } from 'node:fs/promises';
import { expect } from 'chai';
import nock from 'nock';
import { BadRequestError, NotFoundError, ValidationError } from '../../src/index.js';
import { File, type Moderately, RemoteFile } from '../../src/moderately/index.js';
import { failure } from '../support/failure.js';
import { withFolder } from '../support/folder.js';
import { connect, json, onTheWire, origin } from './support/connect.js';

const store = 'https://store.test';
const content = 'a,b\n1,x\n';

function file(more: object): File {
  return File.fromDict(json.file(more));
}

describe('a file', () => {
  onTheWire();
  let mai: Moderately;
  const inFolder = withFolder();
  beforeEach(() => {
    mai = connect();
  });

  async function loaded(more: object = {}): Promise<File> {
    nock(origin).get('/files/f1').reply(200, json.file(more));
    return mai.File.get('f1');
  }

  function downloadFrom(body: nock.Body, status = 200): void {
    nock(origin)
      .get('/files/f1/download')
      .reply(200, { downloadUrl: `${store}/f1?sig=s`, expiresAt: null });
    nock(store, { badheaders: ['authorization'] })
      .get('/f1')
      .query({ sig: 's' })
      .reply(status, body);
  }

  it('is ready, in the works or broken, in the words of the platform and in older ones', () => {
    const states = (uploadStatus: string): boolean[] => {
      const { isReady, isProcessing, hasError } = file({ uploadStatus });
      return [isReady, isProcessing, hasError];
    };
    for (const word of ['completed', 'ready']) expect(states(word)).to.deep.equal([true, false, false]);
    for (const word of ['pending', 'processing', 'uploaded']) expect(states(word)).to.deep.equal([false, true, false]);
    for (const word of ['failed', 'error']) expect(states(word)).to.deep.equal([false, false, true]);
  });

  for (const [mimeType, kinds] of [
    ['text/csv', ['isCsv', 'isText']],
    ['text/csv; charset=utf-8', ['isCsv', 'isText']],
    ['application/vnd.ms-excel', ['isDocument']],
    ['application/pdf', ['isDocument']],
    ['image/svg+xml', ['isImage']],
    ['application/json', []],
  ] as const) {
    it(`of the type ${mimeType} is ${kinds.join(' and ') || 'of no special kind'}`, () => {
      const one = file({ mimeType });
      const found = (['isCsv', 'isImage', 'isDocument', 'isText'] as const).filter((kind) => one[kind]);
      expect(found).to.deep.equal(kinds);
    });
  }

  it('has the last suffix of its name as extension', () => {
    for (const [fileName, extension] of [
      ['archive.tar.gz', '.gz'],
      ['.bashrc', ''],
      ['A.PDF', '.PDF'],
      ['a.', ''],
      ['plain', ''],
    ]) {
      expect(file({ fileName }).extension).to.equal(extension);
    }
  });

  it('is also exported under a name that collides with nothing', () => {
    expect(RemoteFile).to.equal(File);
    expect(String(file({}))).to.equal('File(id=f1, name=a.csv)');
  });

  it('is downloaded into memory, without the key', async () => {
    const one = await loaded();
    downloadFrom(content);
    expect(Buffer.from(await one.download()).toString()).to.equal(content);
  });

  it('is downloaded to a path whose folders are made, and nothing is returned', async () => {
    const one = await loaded();
    downloadFrom(content);
    const path = inFolder('deep/er/a.csv');
    expect(await one.download(path)).to.equal(undefined);
    expect(await readFile(path, 'utf8')).to.equal(content);
  });

  it('is not kept when its bytes are not those the platform names', async () => {
    const one = await loaded();
    downloadFrom('a,b\n1,y\n');
    const path = inFolder('wrong/a.csv');
    expect((await failure(one.download(path))).message).to.contain('SHA-256');
    expect(await readdir(inFolder('wrong'))).to.deep.equal([]);
  });

  it('that is pending cannot be downloaded', async () => {
    const one = await loaded({ uploadStatus: 'pending' });
    nock(origin)
      .get('/files/f1/download')
      .reply(400, { error: { message: 'Not completed.' } });
    expect(await failure(one.download())).to.be.instanceOf(BadRequestError);
  });

  it('is never what the store says when it has nothing', async () => {
    const one = await loaded();
    downloadFrom('<Error><Message>NoSuchKey</Message></Error>', 404);
    expect(await failure(one.download())).to.be.instanceOf(NotFoundError);
  });

  it('asks for another address, once, when one has expired', async () => {
    const one = await loaded();
    downloadFrom('<Error/>', 403);
    downloadFrom(content);
    expect((await one.download()).length).to.equal(8);
  });

  it('is deleted by a response without a body, and cannot be used then', async () => {
    const one = await loaded();
    nock(origin).delete('/files/f1').reply(204);
    expect((await one.delete()).deletedId).to.equal('f1');
    expect(one).to.include({ id: null, isDeleted: true, fileName: 'a.csv' });
    for (const use of [() => one.download(), () => one.save(), () => one.refresh(), () => one.delete()]) {
      const error = await failure(use());
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('deleted');
    }
  });

  it('cannot be changed once it is saved, and says so without a request', async () => {
    const one = await loaded();
    for (const change of [
      () => one.save({ fileName: 'b.csv' }),
      () => one.save({ metadata: { a: 1 } }),
      () => one.update({ mimeType: 'x/y' }),
    ]) {
      const error = await failure<ValidationError>(change());
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('no way to update a File');
      one.revert();
    }
    expect((await one.save()).isModified).to.equal(false);
  });

  it('is cloned by streaming its content over when the clone is saved', async () => {
    const one = await loaded();
    const copy = await one.clone({ fileName: 'copy.csv' });
    expect([copy.isNew, copy.id, copy.mimeType]).to.deep.equal([true, null, 'text/csv']);
    downloadFrom(content);
    nock(origin)
      .post('/files/upload-url', (body) => body.fileName === 'copy.csv' && body.fileSize === 8)
      .reply(201, { file: json.file({ fileId: 'f2' }), uploadUrl: `${store}/f2`, expiresAt: null });
    nock(store).put('/f2', content).reply(200);
    nock(origin)
      .post('/files/f2/complete')
      .reply(200, json.file({ fileId: 'f2', fileName: 'copy.csv' }));
    expect(await copy.save()).to.include({ id: 'f2', fileName: 'copy.csv' });
  });

  it('is cloned with its own name and type when it is known by its id alone', async () => {
    nock(origin).get('/files/f1').reply(200, json.file());
    const { fileName, mimeType } = json.file();
    expect(await new mai.File({ id: 'f1' }).clone()).to.include({ id: null, fileName, mimeType });
  });

  it('can be saved again as a clone when the first try failed', async () => {
    const one = await loaded();
    const copy = await one.clone();
    downloadFrom('', 500);
    expect((await failure(copy.save())).message).to.contain('500');
    downloadFrom(content);
    nock(origin)
      .post('/files/upload-url')
      .reply(201, { file: json.file({ fileId: 'f2' }), uploadUrl: `${store}/f2`, expiresAt: null });
    nock(store).put('/f2', content).reply(200);
    nock(origin)
      .post('/files/f2/complete')
      .reply(200, json.file({ fileId: 'f2' }));
    expect((await copy.save()).id).to.equal('f2');
  });

  it('has no content to clone once it is deleted', async () => {
    const one = await loaded();
    one.markAsDeleted();
    expect((await failure((await one.clone()).save())).message).to.contain('nothing to upload');
  });
});
