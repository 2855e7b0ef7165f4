import { transform } from '@swc/core';
import { expect } from 'chai';
import { ConfigurationError } from '../../../src/model/errors/index.js';
import { failure } from '../../support/failure.js';

const src = new URL('../../../src/index.js', import.meta.url).href;

/** Compiles a class with standard decorators, as TypeScript does without `experimentalDecorators`, and runs it. */
async function run(code: string): Promise<unknown> {
  const { code: compiled } = await transform(`import * as rr from '${src}';\n${code}`, {
    swcrc: false,
    configFile: false,
    jsc: { parser: { syntax: 'typescript', decorators: true }, transform: { decoratorVersion: '2022-03' }, target: 'es2022' },
    module: { type: 'es6' },
  });
  return import(`data:text/javascript,${encodeURIComponent(compiled)}`);
}

const operations = ['Save', 'Clone', 'Delete', 'Run', 'Refresh'];
const hooks = ['Before', 'After'].flatMap((phase) => operations.map((operation) => [phase, `${phase}${operation}`] as const));

describe('under standard decorators', () => {
  for (const [decorator, code] of [
    ['@Entity', `@rr.Entity({ path: 'w' }) class W extends rr.BaseResource {}`],
    ['@Field', `class W extends rr.BaseResource { @rr.Field() name }`],
    ['@Field', `class W extends rr.BaseResource { @rr.Field() accessor name }`],
    ['@Field', `class W extends rr.BaseResource { @rr.Field() get name() { return 1; } }`],
    ['@Before', `class W extends rr.BaseResource { @rr.Before('publish') check() {} }`],
    ['@After', `class W extends rr.BaseResource { @rr.After('publish') check() {} }`],
    ...hooks.map(([phase, name]) => [`@${phase}`, `class W extends rr.BaseResource { @rr.${name}() check() {} }`]),
    ['@Before', `class W extends rr.BaseResource { @rr.BeforeSave() static check() {} }`],
    ['@OnPoll', `class W extends rr.BaseResource { @rr.OnPoll() seen() {} }`],
    ['@withHooks', `class W extends rr.BaseResource { @rr.withHooks async publish() {} }`],
    ['@withHooks', `class W extends rr.BaseResource { @rr.withHooks({ wrap: false }) async publish() {} }`],
  ] as [string, string][]) {
    it(`${code} says which compiler option it needs`, async () => {
      const error = await failure(run(code));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message).to.contain(decorator).and.contain('needs the compiler option "experimentalDecorators": true');
    });
  }
});
