import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, installPackage } from '../support/consumer.js';
import { filesIn } from './support/blocks.js';

describe('the documents about an API of your own', function () {
  this.timeout(120_000);
  let project: string;
  before(async () => {
    project = await installPackage();
  });
  after(() => rm(project, { recursive: true, force: true }));

  for (const name of ['your-own-api.md', 'relations.md']) {
    it(`have blocks that compile as they are: ${name}`, async () => {
      const files = await filesIn(name);
      await Promise.all([...files].map(([file, text]) => writeFile(join(project, file), text)));
      await compile(project, 'docs', [...files.keys()]);
    });
  }
});
