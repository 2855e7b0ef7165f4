import { isBuiltin } from 'node:module';
import { expect } from 'chai';
import { type Bundle, bundle, entries } from '../support/bundle.js';
import { root } from '../support/consumer.js';

describe('the package in a browser', function () {
  this.timeout(60_000);

  for (const conditions of [undefined, ['browser']]) {
    describe(`bundled with ${conditions ? `the conditions ${conditions.join()}` : 'the conditions that esbuild has by itself'}`, () => {
      let all: Bundle;
      before(async () => {
        all = await bundle(entries.everything, conditions);
      });

      it('imports no built-in of Node, and nothing that is for Node only', () => {
        const imports = Object.values(all.inputs).flatMap((input) => input.imports);
        expect(imports.filter(({ path, external }) => external || isBuiltin(path))).to.deep.equal([]);
        const names = Object.keys(all.inputs);
        expect(
          names.filter((name) =>
            /node_modules\/(node-fetch|class-validator|fetch-blob|reflect-metadata|@types)\/|dist\/(local|cli)\//.test(name),
          ),
        ).to.deep.equal([]);
        expect(names).to.include('dist/index.browser.js').and.not.include('dist/index.js');
      });

      it('has one copy of class-transformer’s registry, that of its decorators', () => {
        const copies = Object.keys(all.inputs).filter((name) => /class-transformer\/.*\/storage\.js$/.test(name));
        expect(copies).to.deep.equal(['node_modules/class-transformer/esm5/storage.js']);
      });
    });
  }

  it('does not use what only Node has', async () => {
    // The first asks whether there is a process, the second comes after packages that are for Node.
    const withCare = /parts\/core\.js$|parts\/read-xlsx\.js$/;
    const { inputs } = await bundle(entries.everything);
    const { readFile } = await import('node:fs/promises');
    for (const name of Object.keys(inputs).filter((path) => path.startsWith('dist/') && !withCare.test(path))) {
      const code = (await readFile(`${root}/${name}`, 'utf8')).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/(['"`]).*?\1/g, '');
      expect(code, name).not.to.match(
        /\bBuffer\b|(?<![.\w] ?)\bprocess\.(?!env\b)|\bprocess\.env\b|\brequire\(|\bsetImmediate\b|\bglobal\./,
      );
    }
  });

  it('offers the same names as in Node', async () => {
    const [node, browser] = await Promise.all([import(`${root}/dist/index.js`), import(`${root}/dist/index.browser.js`)]);
    expect(Object.keys(browser).sort()).to.deep.equal(Object.keys(node).sort());
  });

  // A limit is some hundred bytes above what was measured, so that growth is noticed and decided on.
  const limits: Readonly<Partial<Record<keyof typeof entries, number>>> = {
    core: 54_000,
    'core and Moderately AI': 70_300,
    'core and aiXplain': 91_400,
    'entities of one’s own': 48_900,
  };
  for (const [name, limit] of Object.entries(limits)) {
    it(`${name}: loads at most ${limit} bytes at first`, async () => {
      expect((await bundle(entries[name as keyof typeof entries])).first).to.be.below(limit);
    });
  }

  it('loads hashes, types of files, tables, transfers, and what sends requests, saves and waits only when they are needed', async () => {
    const { files, entry, inputs } = await bundle(entries.everything);
    expect(
      Object.keys(inputs).filter((name) => /noble|\/mime\/|parts\/(csv|upload|engine|poller|save-request)\.js$/.test(name)),
    ).to.have.length.above(6);
    expect(files.get(entry)).not.to.match(/x-conference|1116352408|utf-16be.*utf-16be|got a response \(HTTP|timed out after/);
  });
});
