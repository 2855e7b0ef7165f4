import { transform } from '@swc/core';
import { expect } from 'chai';
import { Field } from '../../../src/index.js';
import { ConfigurationError } from '../../../src/model/errors/index.js';
import { failure } from '../../support/failure.js';

const src = new URL('../../../src/index.js', import.meta.url).href;

/** Compiles a class with legacy or with standard decorators, and runs it. */
async function run(code: string, kind: 'legacy' | 'standard'): Promise<unknown> {
  const { code: compiled } = await transform(`import * as rr from '${src}';\n${code}`, {
    swcrc: false,
    configFile: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: kind === 'legacy' ? { legacyDecorator: true } : { decoratorVersion: '2022-03' },
      target: 'es2022',
    },
    module: { type: 'es6' },
  });
  return import(`data:text/javascript,${encodeURIComponent(compiled)}`);
}

const both = ['legacy', 'standard'] as const;
const cases: readonly [string, string, readonly ('legacy' | 'standard')[]][] = [
  [`@rr.Field() static name`, '@Field() on static', both],
  [`@rr.Field() #name`, 'a private member is not visible', ['standard']],
  [`@rr.Field() [Symbol.iterator]`, 'must be a string, not a symbol', both],
  [`@rr.Field() get title() { return 1; }`, 'a field must be a property', both],
  [`@rr.Field() get title() { return 1; } set title(v) {}`, 'a field must be a property', both],
  [`@rr.Field() title() {}`, 'a field must be a property', both],
  [`@rr.BeforeSave() static check() {}`, `@Before('save') on static`, both],
  [`@rr.BeforeSave() #check() {}`, 'a private member is not visible', ['standard']],
  [`@rr.BeforeSave() get check() { return () => 1; }`, 'a hook must be a method', both],
  [`@rr.AfterSave() [Symbol.iterator]() {}`, 'must be a string, not a symbol', both],
  [`@rr.OnPoll() static seen() {}`, '@OnPoll() on static', both],
  [`@rr.withHooks static async publish() {}`, '@withHooks on static', both],
  [`@rr.withHooks get publish() { return 1; }`, 'only a method can be decorated', both],
  [`@rr.withHooks({ wrap: false }) async #publish() {}`, 'a private member is not visible', ['standard']],
  [`@rr.Entity() name`, '@Entity() must stand above a class', both],
  [`@rr.Entity() save() {}`, '@Entity() must stand above a class', both],
];

for (const kind of both) {
  describe(`under ${kind} decorators`, () => {
    for (const [member, message, kinds] of cases) {
      if (!kinds.includes(kind)) continue;
      it(`"${member}" is refused when its class is defined`, async () => {
        const error = await failure(run(`@rr.Entity({ path: 'w' }) class W extends rr.BaseResource { ${member} }`, kind));
        expect(error).to.be.instanceOf(ConfigurationError);
        expect(error.message).to.contain(message);
      });
    }

    it('a decorator of members above a class is refused', async () => {
      for (const decorator of ['@rr.Field()', '@rr.BeforeSave()', '@rr.OnPoll()']) {
        const error = await failure(run(`${decorator} class W extends rr.BaseResource {}`, kind));
        expect(error).to.be.instanceOf(ConfigurationError);
      }
    });

    it('a decorator without its parentheses is refused', async () => {
      for (const code of ['@rr.Field name', '@rr.BeforeSave check() {}', '@rr.OnPoll check() {}']) {
        const error = await failure(run(`@rr.Entity({ path: 'w' }) class W extends rr.BaseResource { ${code} }`, kind));
        expect(error, code).to.be.instanceOf(ConfigurationError);
        expect(error.message, code).to.contain('parentheses');
      }
      const error = await failure(run(`@rr.Entity class W extends rr.BaseResource {}`, kind));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message).to.contain('parentheses');
    });
  });
}

it('names the setting where a compiler implements an early proposal of decorators', () => {
  const element = { kind: 'field', key: 'name', placement: 'own', descriptor: {} };
  const decorate = Field() as unknown as (element: object) => void;
  expect(() => decorate(element)).to.throw(ConfigurationError, /early proposal of decorators.*"experimentalDecorators": true/);
});
