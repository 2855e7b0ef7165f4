import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import nock from 'nock';
import { FileUploadError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withFolder } from '../../support/folder.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, body, connect } from '../support/platform.js';
import { storage, takesUpload } from '../support/uploads.js';

const head =
  '---\nname: "pdf"\ndescription: Reads\n  PDF files\nrequires: [fetch, \'search\']\nrequired_tools:\n  - ocr\n---\n# How\nDo it.\n';

describe('a skill', () => {
  withoutNetwork();
  const folder = withFolder();

  async function onDisk(): Promise<string> {
    const path = join(folder(), 'my-skill');
    await mkdir(join(path, 'scripts'), { recursive: true });
    await writeFile(join(path, 'SKILL.md'), head);
    await writeFile(join(path, 'data.csv'), 'a,b\n');
    await writeFile(join(path, 'scripts', 'run.py'), 'pass\n');
    return path;
  }

  it('is read from a folder or one file', async () => {
    const Skills = connect().Skill;
    const skill = await Skills.fromPath(await onDisk());
    expect([skill.name, skill.description, skill.requiredTools, skill.instructions, skill.isNew]).to.deep.equal([
      'pdf',
      'Reads PDF files',
      ['fetch', 'search', 'ocr'],
      '# How\nDo it.',
      true,
    ]);
    const file = join(folder(), 'notes.md');
    await writeFile(file, 'Just text.');
    const plain = await Skills.fromPath(file, { description: 'own' });
    expect([plain.name, plain.description, plain.instructions, plain.filePath]).to.deep.equal(['notes', 'own', 'Just text.', file]);
    for (const path of [join(folder(), 'none'), folder(), join(folder(), 'my-skill', 'data.csv')])
      expect(await failure(Skills.fromPath(path)), path).to.be.instanceOf(ValidationError);
  });

  it('is saved with all its files, once', async () => {
    const skill = await connect().Skill.fromPath(await onDisk());
    nock(backend)
      .post(
        '/sdk/skill',
        body({ id: null, name: 'pdf', description: 'Reads PDF files', path: null, tags: [], privacy: 'Private', whitelist: [] }),
      )
      .reply(201, { id: 's1', name: 'pdf', status: 'onboarded' });
    takesUpload('k1', head);
    nock(backend)
      .post('/sdk/skill/s1/file', body({ name: 'SKILL.md', url: `${storage}/get/k1`, description: '', parentId: null }))
      .reply(201, { id: 'n1' });
    takesUpload('k2', 'a,b\n');
    nock(backend)
      .post('/sdk/skill/s1/file', body({ name: 'data.csv', url: `${storage}/get/k2`, description: '', parentId: null }))
      .reply(201, { id: 'n2' });
    nock(backend)
      .post('/sdk/skill/s1/folder', body({ name: 'scripts', description: '', parentId: null }))
      .reply(201, { id: 'f1' });
    takesUpload('k3', 'pass\n');
    nock(backend)
      .post('/sdk/skill/s1/file', body({ name: 'run.py', url: `${storage}/get/k3`, description: '', parentId: 'f1' }))
      .reply(201, { id: 'n3' });
    await skill.save();
    expect([skill.id, skill.status, skill.isModified]).to.deep.equal(['s1', 'onboarded', false]);
    nock(backend).put('/sdk/skill/s1').reply(200, {});
    await skill.save({ tags: ['a'] });
  });

  it('is not left without its files', async () => {
    const skill = await connect().Skill.fromPath(await onDisk());
    nock(backend).post('/sdk/skill').reply(201, { id: 's1' });
    nock(backend).post('/sdk/file/upload/temp-url').reply(500, {});
    nock(backend).delete('/sdk/skill/s1').reply(200, {});
    expect(await failure(skill.save())).to.be.instanceOf(FileUploadError);
    expect([skill.id, skill.isNew]).to.deep.equal([null, true]);
  });

  it('is downloaded with the key, to memory or to a file', async () => {
    const skill = new (connect().Skill)({ id: 's/1' });
    nock(backend, { reqheaders: { 'x-api-key': 'team-key-of-the-tests' } })
      .get('/sdk/skill/s%2F1/download')
      .times(2)
      .reply(200, Buffer.from([0x50, 0x4b, 0xff]), { 'content-type': 'application/zip' });
    expect([...(await skill.download())]).to.deep.equal([0x50, 0x4b, 0xff]);
    const target = join(folder(), 'skill.zip');
    await skill.download(target);
    expect((await readFile(target)).length).to.equal(3);
    nock(backend).get('/sdk/skill/s%2F1/download').reply(404, { message: 'Skill not found' });
    const error = await failure(skill.download());
    expect([error.status, error.code]).to.deep.equal([404, 'AX-RES-1000']);
  });

  it('shows its key to nobody else, wherever the download leads', async () => {
    const skill = new (connect().Skill)({ id: 's1' });
    nock(backend)
      .get('/sdk/skill/s1/download')
      .reply(302, undefined, { location: `${storage}/zip?X-Amz-Signature=1` });
    nock(storage, { badheaders: ['x-api-key', 'authorization'] })
      .get('/zip')
      .query(true)
      .reply(200, 'zip');
    expect(new TextDecoder().decode(await skill.download())).to.equal('zip');
    nock('https://elsewhere.test', { badheaders: ['x-api-key', 'authorization'] })
      .get('/zip')
      .reply(200, 'other');
    const { client } = skill.requireConnection('download');
    expect(new TextDecoder().decode(await client.download('https://elsewhere.test/zip', { own: true }))).to.equal('other');
  });

  it('is found by its tags', async () => {
    nock(backend)
      .post('/sdk/skill/paginate', { pageNumber: 0, pageSize: 20, q: 'pdf', tags: ['a'], saved: true })
      .reply(200, { results: [{ id: 's1' }], total: 1 });
    expect((await connect().Skill.search({ query: 'pdf', tags: ['a'], saved: true })).length).to.equal(1);
  });
});
