import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { NoKeyError, openSession, type SessionOptions } from '../../src/cli/session.js';
import { UsageError } from '../../src/cli/usage-error.js';
import { ConfigurationError } from '../../src/index.js';
import { commandLine } from './support/command-line.js';

const front = new URL('../../src/index.js', import.meta.url).href;
const moderately = new URL('../../src/moderately/index.js', import.meta.url).href;

const keys = { MODERATELY_API_KEY: 'm-key', MODERATELY_TEAM_ID: 'team-1' };

async function failure(options: SessionOptions, env: Record<string, string> = {}): Promise<Error> {
  try {
    await openSession(options, { env });
  } catch (error) {
    return error as Error;
  }
  throw new Error('The session was opened.');
}

describe('the session of a command', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'remote-record-session-'));
  });

  after(() => rmSync(folder, { recursive: true }));

  function file(name: string, source: string): string {
    writeFileSync(join(folder, name), source);
    return join(folder, name);
  }

  it('works with the platform whose key is in the environment', async () => {
    const session = await openSession({}, { env: keys });
    expect(session.platform).to.equal('moderately');
    expect([...session.entities.keys()]).to.include.members(['Dataset', 'File', 'PipelineExecution', 'AuditLog']);
    expect(session.entities.get('Dataset')?.context).to.equal(session.connection);
    await session.close();

    const other = await openSession({}, { env: { AIXPLAIN_API_KEY: 'a-key' } });
    expect(other.platform).to.equal('aixplain');
    expect([...other.entities.keys()])
      .to.include.members(['Agent', 'Model', 'APIKey'])
      .and.not.to.include('Dataset');
    await other.close();
  });

  it('says what to set when there is no key, and asks for a choice when there are two', async () => {
    const none = await failure({}, { MODERATELY_API_KEY: ' ' });
    expect(none).to.be.instanceOf(NoKeyError);
    expect(none.message).to.contain('MODERATELY_API_KEY').and.contain('TEAM_API_KEY').and.contain('--local');
    const two = await failure({}, { ...keys, TEAM_API_KEY: 'a-key' });
    expect(two).to.be.instanceOf(UsageError).and.not.instanceOf(NoKeyError);
    expect(two.message).to.contain('--moderately or --aixplain');
    const session = await openSession({ aixplain: true }, { env: { ...keys, TEAM_API_KEY: 'a-key' } });
    expect(session.platform).to.equal('aixplain');
    await session.close();
  });

  it("leaves what a vendor's connection needs to that connection", async () => {
    const error = await failure({}, { MODERATELY_API_KEY: 'm-key', MODERATELY_TEAM_ID: ' ' });
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.contain('MODERATELY_TEAM_ID');
  });

  it('refuses flags that contradict each other', async () => {
    expect((await failure({ moderately: true, aixplain: true })).message).to.contain('not both');
    expect((await failure({ dataDir: 'data' }, keys)).message).to.contain('--local');
  });

  it('binds the classes of required files, which may have the name of a vendor class', async () => {
    const path = file(
      'entities.mjs',
      `import { BaseResource, defineEntity, GetResourceMixin } from '${front}';
       import { Dataset as Base } from '${moderately}';
       export class Dataset extends Base {}
       export const Widget = defineEntity({ name: 'Widget', path: 'widgets', mixins: [GetResourceMixin], fields: { name: String } });
       export default class Gadget extends GetResourceMixin(BaseResource) {}
       export const other = 1;`,
    );
    const session = await openSession({ require: [path] }, { env: keys });
    for (const name of ['Dataset', 'Widget', 'Gadget']) expect(session.entities.get(name)?.context, name).to.equal(session.connection);
    const { Dataset } = (await import(pathToFileURL(path).href)) as { Dataset: object };
    expect(Object.getPrototypeOf(session.entities.get('Dataset'))).to.equal(Dataset);
    expect(session.entities.has('other')).to.equal(false);
    await session.close();
  });

  it('says that a secret field has changed, and not from what to what', async () => {
    const path = file(
      'secret.mjs',
      `import { Connection, defineEntity, GetResourceMixin } from '${front}';
       const fields = { name: String, pin: { type: String, secret: true } };
       export const Widget = defineEntity({ name: 'Widget', path: 'widgets', mixins: [GetResourceMixin], fields });
       let saved = { id: 'w', name: 'old', pin: 'OLD-PIN' };
       export const api = new Connection({ baseUrl: 'https://example.test', apiKey: 'k', fetch: async (_url, { body }) => {
         if (body) saved = { ...saved, ...(await new Response(body).json()) };
         return Response.json(saved);
       } });`,
    );
    const { code, err } = await commandLine(['widget', 'update', 'w', 'name=new', 'pin=NEW-PIN', '--require', path]);
    expect({ code, err }).to.deep.equal({ code: 0, err: 'name: old → new\npin: [redacted]\n' });
  });

  it('works with the connection that a required file exports, without a vendor', async () => {
    const path = file(
      'own.mjs',
      `import { BaseResource, Connection, GetResourceMixin } from '${front}';
       export const api = new Connection({ baseUrl: 'https://example.test', apiKey: 'k' });
       const other = new Connection({ baseUrl: 'https://other.test', apiKey: 'k' });
       export class Widget extends GetResourceMixin(BaseResource) {}
       export const Gadget = other.bind(class Gadget extends GetResourceMixin(BaseResource) {});`,
    );
    const session = await openSession({ require: [path] }, { env: keys });
    expect(session.platform).to.equal('own');
    expect([...session.entities.keys()]).to.deep.equal(['Gadget', 'Widget']);
    expect(session.entities.get('Widget')?.context).to.equal(session.connection);
    expect(session.entities.get('Gadget')?.context).to.not.equal(session.connection);
    await session.close();
  });

  it('says what is wrong with a required file', async () => {
    expect((await failure({ require: ['missing.js'] }, keys)).message).to.equal('missing.js: there is no such file.');
    expect((await failure({ require: [file('none.mjs', 'export const a = 1;')] }, keys)).message).to.contain('exports no entity class');
    const foreign = file('foreign.mjs', 'export class Widget { static fromDict() {} }');
    expect((await failure({ require: [foreign] }, keys)).message).to.contain('another copy of remote-record');
    expect((await failure({ require: [file('throws.mjs', 'throw new RangeError("no")')] }, keys)).name).to.equal('RangeError');
  });

  it('runs TypeScript where the runtime does, and otherwise says what to do', async () => {
    const path = file(
      'typed.mts',
      `import { BaseResource } from '${front}';\nexport class Typed extends BaseResource { declare name: string }`,
    );
    if ('typescript' in process.features && process.features.typescript) {
      const session = await openSession({ require: [path] }, { env: keys });
      expect(session.entities.has('Typed')).to.equal(true);
      await session.close();
    } else
      expect((await failure({ require: [path] }, keys)).message)
        .to.contain('Node 22.18')
        .and.contain('compile');
  });

  it('closes a local platform that it has started, also when it cannot be opened', async () => {
    const closed: string[] = [];
    const local = { url: 'http://local.test', apiKey: 'k', teamId: 't', fetch, close: async () => void closed.push('closed') };
    const startLocal = async () => local;
    const session = await openSession({ local: true }, { env: {}, startLocal });
    expect(session.local).to.equal(local);
    expect(session.platform).to.equal('moderately');
    await session.close();
    expect(closed).to.deep.equal(['closed']);
    const options = { local: true, aixplain: true, require: [file('empty.mjs', '')] };
    await openSession(options, { env: {}, startLocal }).catch(() => undefined);
    expect(closed).to.deep.equal(['closed', 'closed']);
  });
});
