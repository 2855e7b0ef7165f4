import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Command } from 'commander';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { hasFileVariable, variableOf, variablePrefix } from '../../src/cli/commands/local-environment.js';
import { processIo } from '../../src/cli/io.js';
import { createProgram } from '../../src/cli/program.js';
import { root } from '../support/consumer.js';

const folder = join(root, 'docs', 'deploy');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

const local = createProgram(processIo()).commands.find((command) => command.name() === 'local') as Command;
const variables = new Set(
  [...local.options.map(({ long }) => variableOf(long ?? '')), variableOf('--api-key')].flatMap((name) =>
    hasFileVariable(name) ? [name, `${name}_FILE`] : [name],
  ),
);

/** What is wrong with the arguments of `remote-record local`. */
function problemsOf(args: readonly string[]): string[] {
  const problems: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const option = local.options.find(({ long }) => long === args[at]);
    if (!option) problems.push(`${args[at]} is no option`);
    else if (option.required && (args[at + 1] === undefined || args[++at]?.startsWith('--'))) problems.push(`${option.long} has no value`);
  }
  return problems;
}

/** The variables in a text that stand for no option. */
const unknownVariables = (text: string): string[] =>
  [...text.matchAll(new RegExp(`${variablePrefix}[A-Z\\d_]+`, 'g'))].map(([name]) => name).filter((name) => !variables.has(name));

interface Service {
  image: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: string[] | Record<string, { condition: string }>;
  secrets?: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
  deploy?: { replicas: number };
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
}

describe('docs/deploy', () => {
  const compose = load(read('compose.yaml'), { schema: CORE_SCHEMA.withTags(mergeTag) }) as Compose;
  const services = Object.entries(compose.services);

  it('has what a platform on several machines takes', () => {
    const ours = services.filter(([, { image }]) => image === 'remote-record-platform');
    expect(ours.map(([name]) => name)).to.deep.equal(['server-a', 'server-b', 'worker']);
    expect(compose.services.worker?.deploy?.replicas).to.equal(3);
    for (const [name, { command = [], environment = {}, stop_grace_period: grace = '' }] of ours) {
      expect(problemsOf(command), name).to.deep.equal([]);
      expect(environment, name).to.include.keys('REMOTE_RECORD_LOCAL_DATABASE_URL_FILE', 'REMOTE_RECORD_LOCAL_S3_BUCKET');
      const drain = command[command.indexOf('--drain') + 1] ?? '0';
      expect(Number.parseInt(grace, 10), name).to.be.above((command.includes('--drain') ? Number(drain) : 0) + 15);
    }
  });

  it('refers to services, volumes and secrets that are there', () => {
    for (const [name, service] of services) {
      const { depends_on: needs = [], secrets = [], volumes = [] } = service;
      for (const needed of Array.isArray(needs) ? needs : Object.keys(needs)) expect(compose.services, name).to.have.property(needed);
      for (const secret of secrets) expect(compose.secrets, name).to.have.property(secret);
      for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
        if (source.startsWith('./')) expect(readdirSync(folder)).to.include(source.slice(2));
        else expect(compose.volumes, name).to.have.property(source);
      }
    }
    const text = read('compose.yaml');
    for (const secret of text.matchAll(/\/run\/secrets\/(\w+)/g)) expect(compose.secrets).to.have.property(secret[1] as string);
    for (const [, target = ''] of read('haproxy.cfg').matchAll(/^ +server \w+ ([\w-]+):8080$/gm))
      expect(compose.services).to.have.property(target);
  });

  it('uses options and variables that there are', () => {
    const files = readdirSync(folder);
    expect(files.length).to.be.above(5);
    for (const name of files) expect(unknownVariables(read(name)), name).to.deep.equal([]);
    expect(unknownVariables(readFileSync(join(root, 'docs', 'deploying.md'), 'utf8'))).to.deep.equal([]);
    for (const name of files.filter((each) => each.endsWith('.service'))) {
      const commands = [...read(name).matchAll(/^ExecStart=\S+\/remote-record local (.+)$/gm)].map(([, args = '']) => args.split(' '));
      expect(commands, name).to.have.length(1);
      expect(commands.flatMap(problemsOf), name).to.deep.equal([]);
    }
  });

  it('asks for paths that the servers have', () => {
    expect(read('haproxy.cfg')).to.contain('option httpchk GET /ready').and.contain('path /metrics /ready');
    expect(compose.services['server-a']?.healthcheck?.test.join(' ')).to.contain('/ready');
  });

  it('would notice an option that there is not', () => {
    expect(problemsOf(['--prot', '1', '--port'])).to.deep.equal(['--prot is no option', '1 is no option', '--port has no value']);
    expect(unknownVariables('REMOTE_RECORD_LOCAL_PROT=1 REMOTE_RECORD_LOCAL_PORT=1')).to.deep.equal(['REMOTE_RECORD_LOCAL_PROT']);
  });

  it('installs the packages that the platform names', () => {
    const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      peerDependencies: Record<string, string>;
    };
    const [, list = ''] = /^RUN npm install ([\s\S]+?)\nENV/m.exec(read('Dockerfile')) ?? [];
    const names = list.split(/[\s\\]+/).filter((word) => word !== '' && !word.startsWith('--') && word !== 'remote-record');
    for (const name of names) expect(peerDependencies, name).to.have.property(name);
    for (const name of ['pg', 'graphile-worker', '@aws-sdk/client-s3', 'prom-client', 'pino', 'hono']) expect(names).to.include(name);
  });
});
