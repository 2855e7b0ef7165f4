import { expect } from 'chai';
import { ConfigurationError } from '../../../src/model/errors/index.js';
import { importNeeded, importOptional, isAbsent } from '../../../src/model/support/optional-package.js';
import { failure } from '../../support/failure.js';

const failed = (message: string, code?: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), code === undefined ? {} : { code });

describe('an optional package', () => {
  for (const [loader, error] of Object.entries({
    Node: failed("Cannot find package 'class-validator' imported from /app/x.js", 'ERR_MODULE_NOT_FOUND'),
    'the CommonJS loader': failed("Cannot find module 'class-validator'\nRequire stack:\n- /app/x.js", 'MODULE_NOT_FOUND'),
    jest: failed("Cannot find module 'class-validator' from 'node_modules/remote-record/dist/x.js'", 'MODULE_NOT_FOUND'),
    webpack: failed("Cannot find module 'class-validator'", 'MODULE_NOT_FOUND'),
    'Vite’s plugin': failed('Failed to resolve import "class-validator" from "src/x.ts". Does the file exist?'),
    'Vite’s server': failed('Failed to load url class-validator (resolved id: class-validator). Does the file exist?', 'ERR_LOAD_URL'),
    Bun: { name: 'ResolveMessage', code: 'ERR_MODULE_NOT_FOUND', message: "Cannot find package 'class-validator' from '/app/x.js'" },
    'an older Bun': { name: 'ResolveMessage', message: 'Could not resolve: "class-validator". Maybe you need to "bun install"?' },
    Deno: new TypeError('Relative import path "class-validator" not prefixed with / or ./ or ../'),
    'Deno’s import map': new TypeError('Import "class-validator" not a dependency and not in import map from "file:///app/x.js"'),
    Yarn: failed(
      "Your application tried to access class-validator, but it isn't declared.\n\nRequired package: class-validator\nRequired by: /app",
      'MODULE_NOT_FOUND',
    ),
    Chrome: new TypeError("Failed to resolve module specifier 'class-validator'"),
    Firefox: new TypeError('The specifier “class-validator” was a bare specifier, but was not remapped to anything.'),
    'a loader that wraps': failed('It failed.', undefined, failed("Cannot find package 'class-validator'", 'ERR_MODULE_NOT_FOUND')),
  })) {
    it(`is absent when ${loader} says so`, () => {
      expect(isAbsent(error, 'class-validator')).to.equal(true);
      expect(isAbsent(error, 'class')).to.equal(false);
    });
  }

  for (const [what, error] of Object.entries({
    'something it needs is missing': failed(
      "Cannot find package 'validator' imported from /app/node_modules/class-validator/x.js",
      'ERR_MODULE_NOT_FOUND',
    ),
    'something it needs is missing, by jest': failed(
      "Cannot find module 'validator' from 'node_modules/class-validator/cjs/index.js'",
      'MODULE_NOT_FOUND',
    ),
    'its files are missing': failed(
      "Cannot find module '/app/node_modules/class-validator/x.js' imported from /app",
      'ERR_MODULE_NOT_FOUND',
    ),
    'it throws': new SyntaxError("Unexpected token 'class-validator'"),
    'nothing is said': undefined,
  })) {
    it(`is not absent when ${what}`, () => {
      expect(isAbsent(error, 'class-validator')).to.equal(false);
    });
  }

  it('may be named with a path in it', () => {
    for (const [specifier, name] of [
      ['read-excel-file/node', 'read-excel-file'],
      ['@scope/name/node', '@scope/name'],
    ] as const)
      expect(isAbsent(failed(`Cannot find package '${name}' imported from /app`, 'ERR_MODULE_NOT_FOUND'), specifier)).to.equal(true);
  });

  it('is loaded when it is there, and null when it is not', async () => {
    expect(await importOptional('cli-progress')).to.have.property('default');
    expect(await importOptional('remote-record-has-no-such-package')).to.equal(null);
  });

  it('that is needed and absent is an error that says how to install it', async () => {
    const error = await failure(importNeeded('@remote-record/none/path', 'A test needs it.'));
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.equal('A test needs it. Install it: npm install @remote-record/none');
  });
});
