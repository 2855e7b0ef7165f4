import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ConfigurationError } from '../../../src/index.js';
import { LocalPlatform } from '../../../src/local/index.js';
import { failure } from '../../support/failure.js';
import { Client, throughBlock, usePlatform } from '../support/platform.js';

const module = new URL('./files/handlers.js', import.meta.url);
const limits = { idleProcesses: 1 };

describe('Handlers of a module', function () {
  this.timeout(30_000);
  const local = usePlatform({ limits });

  it('run in a child process, as blocks and for assets', async () => {
    const { client, platform } = local;
    platform.block('identity', module).block('shout', module);
    const { versionId } = await client.pipeline('Id', throughBlock('identity'));
    const execution = await client.finished(await client.execute(versionId, { given: 1 }));
    expect(execution).to.include({ status: 'completed' });
    const { given, pid } = execution.pipelineOutput.output;
    expect(given).to.equal(1);
    expect(pid).to.be.a('number').and.not.equal(process.pid);
    const { url } = (await client.post('/api/v2/execute/shout', { data: 'hello' })).body;
    expect(await client.until(url, ({ completed }) => completed)).to.include({ status: 'SUCCESS', data: 'HELLO' });
  });

  it('are refused when their file is not there, or is none', async () => {
    const missing = new URL('./files/nothing.js', import.meta.url);
    expect(() => local.platform.block('x', missing)).to.throw(ConfigurationError, 'nothing.js');
    expect(() => local.platform.block('x', new URL('https://example.com/x.js'))).to.throw(ConfigurationError, 'must be a file');
    expect(await failure(LocalPlatform.start({ port: false, blocks: missing }))).to.be.instanceOf(ConfigurationError);
  });

  it('are all registered at the start, by the names that the module exports', async () => {
    const platform = await LocalPlatform.start({ port: false, blocks: module, limits });
    const client = new Client(platform);
    const { versionId } = await client.pipeline('Id', throughBlock('identity'));
    const execution = await client.finished(await client.execute(versionId, { given: 1 }));
    expect(execution.pipelineOutput.output).to.include({ given: 1 }).and.have.property('pid').that.does.not.equal(process.pid);
    await platform.close();
  });

  it('leave their processes idle, which neither keep ours alive nor let it end before it has closed the platform', async () => {
    const script = `import { LocalPlatform } from '${new URL('../../../src/local/index.js', import.meta.url)}';
      const start = () => LocalPlatform.start({ port: false, blocks: new URL('${module}') });
      const platform = await start();
      // Everything that is loaded once the platform is idle is loaded then.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await platform.close();
      console.log('closed');
      await start();`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect({ stdout, stderr }).to.deep.equal({ stdout: 'closed\n', stderr: '' });
  });

  it('are missed at the start when the module exports none, or cannot be loaded', async () => {
    for (const [file, problem] of [
      ['none.js', 'exports no handlers'],
      ['broken.js', 'it is broken'],
    ] as const) {
      const error = await failure(LocalPlatform.start({ port: false, blocks: new URL(`./files/${file}`, import.meta.url) }));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message).to.contain(problem);
    }
  });
});
