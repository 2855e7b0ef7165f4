import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { installPackage, runFile } from '../support/consumer.js';
import { blocksOf, matches, readPage } from './support/blocks.js';
import { commandsOf } from './support/shell.js';

/** Pages that begin with an installation, and go on with a script. */
const pages = ['README.md', 'docs/start-moderately.md', 'docs/start-aixplain.md', 'docs/start-your-api.md'];

describe('the first script of a page', function () {
  this.timeout(120_000);

  for (const page of pages) {
    it(`${page}: runs with the packages that the page installs, and no others`, async () => {
      const blocks = blocksOf(page, await readPage(page));
      const installs = blocks
        .filter(({ language }) => language === 'bash')
        .flatMap(commandsOf)
        .filter(([npm, verb]) => npm === 'npm' && verb === 'install');
      const packages = installs.flatMap((words) => words.slice(2)).filter((word) => !word.startsWith('-') && word !== 'remote-record');
      const script = blocks.find(({ language }) => language === 'js');
      if (script?.output === undefined) throw new Error(`${page} has no script with an output.`);
      const project = await installPackage({ bare: true, linked: packages });
      try {
        await writeFile(join(project, 'script.mjs'), script.code);
        const output = await runFile(project, 'script.mjs');
        expect(matches(script.output, output), output).to.equal(true);
      } finally {
        await rm(project, { recursive: true, force: true });
      }
    });
  }
});
