import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { openObservation } from '../../../src/local/observation/index.js';
import { redactor } from '../../../src/local/observation/redaction.js';
import { Client, type Json, throughBlock } from '../support/platform.js';

describe('The log', () => {
  const lines: string[] = [];
  let platform: LocalPlatform;
  let client: Client;
  before(async () => {
    platform = await LocalPlatform.start({ port: false, log: { write: (line) => lines.push(line) } });
    client = new Client(platform);
  });
  beforeEach(() => {
    lines.length = 0;
  });
  after(() => platform.close());
  const logged = (): Json[] => lines.map((line) => JSON.parse(line));

  it('has a line of JSON for each request, with its id, route, status and milliseconds', async () => {
    await client.get('/datasets/nowhere?name=secret', { headers: { 'x-request-id': 'request-1' } });
    expect(lines[0]).to.match(/^\{.*\}\n$/);
    const [line] = logged();
    expect(line).to.include({ level: 'info', msg: 'request', id: 'request-1', method: 'GET', route: '/datasets/:id', status: 404 });
    expect(line.path).to.equal('/datasets/nowhere');
    expect(line.ms).to.be.a('number');
    expect(Date.parse(line.time)).to.be.above(0);
    expect(lines.join('')).not.to.contain('secret');
  });

  it('leaves out probes that succeed', async () => {
    for (const path of ['/health', '/ready']) await platform.fetch(`${platform.url}${path}`);
    expect(lines).to.deep.equal([]);
    const draining = await LocalPlatform.start({ port: false, log: { write: (line) => lines.push(line) } });
    draining.drain();
    await draining.fetch(`${draining.url}/ready`);
    await draining.close();
    expect(logged()[0]).to.include({ level: 'error', route: '/ready', status: 503 });
  });

  it('has the stack of what fails, and no secret in it', async () => {
    const secret = `Bearer ${platform.apiKey}`;
    const broken = await LocalPlatform.start({
      port: false,
      log: { write: (line) => lines.push(line) },
      apiKey: platform.apiKey,
      latency: () => {
        throw new Error(`${secret} https://user:pa55@db.example/x?X-Signature=abc123`);
      },
    });
    const error = await broken.fetch(`${broken.url}/teams`).catch((thrown: unknown) => thrown);
    await broken.close();
    expect(error).to.be.instanceOf(Error);
    const [line] = logged();
    expect(line).to.include({ level: 'error', path: '/teams', msg: 'request' });
    expect(line.err.stack).to.contain('log.test');
    expect(line.err.message).to.equal('Bearer [redacted] https://user:[redacted]@db.example/x?X-Signature=[redacted]');
  });

  it('has no secret of the options or the environment, wherever it stands', async () => {
    const own = { apiKey: 'own-key', teamId: '', userId: '', signingSecret: 'signing-secret' };
    const secrets = { AWS_SECRET_ACCESS_KEY: 'aws-secret', AWS_SESSION_TOKEN: 'aws-session', PGPASSWORD: 'pg-secret' };
    const before = Object.keys(secrets).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, secrets);
    try {
      const options = {
        log: { write: (line: string) => lines.push(line) },
        databaseUrl: 'postgresql://u:p%40ss@host/db?password=in-query',
      };
      const { observer } = await openObservation(options, own);
      observer.failed('It failed', new Error('own-key signing-secret aws-secret aws-session pg-secret p%40ss p@ss in-query.'));
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    expect(logged()[0].err.message).to.equal(`${Array(8).fill('[redacted]').join(' ')}.`);
  });

  it('has a line for each execution that ends', async () => {
    platform.block('string_template', async ({ inputs }) => inputs.data);
    const { versionId } = await client.pipeline('Logged', throughBlock('string_template', { template: '' }));
    const id = await client.execute(versionId, { given: 'x' });
    await client.finished(id);
    expect(logged().filter(({ msg }) => msg === 'job')).to.have.length(1);
    expect(logged().find(({ msg }) => msg === 'job')).to.include({ kind: 'pipeline-execution', subjectId: id, status: 'completed' });
  });
});

describe('redactor', () => {
  it('replaces secrets as they are, in JSON and in URLs, the longest first', () => {
    const redact = redactor(['pa"ss', 'pa"ss/word', undefined, '']);
    expect(redact(`${JSON.stringify({ a: 'pa"ss/word' })} pa"ss ${encodeURIComponent('pa"ss/word')}`)).to.equal(
      '{"a":"[redacted]"} [redacted] [redacted]',
    );
    expect(redact('postgresql://user:p%40ss@host/db')).to.equal('postgresql://user:[redacted]@host/db');
    expect(redact('nothing to hide at http://host:80/@x')).to.equal('nothing to hide at http://host:80/@x');
  });
});
