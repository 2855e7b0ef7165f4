import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, installPackage } from '../support/consumer.js';
import { filesIn } from './support/blocks.js';

describe('docs/your-own-api.md', function () {
  this.timeout(60_000);
  let project: string;
  before(async () => {
    project = await installPackage();
  });
  after(() => rm(project, { recursive: true, force: true }));

  it('has blocks that compile as they are', async () => {
    const files = await filesIn('your-own-api.md');
    await Promise.all([...files].map(([name, text]) => writeFile(join(project, name), text)));
    await compile(project, 'docs', [...files.keys()]);
  });
});
