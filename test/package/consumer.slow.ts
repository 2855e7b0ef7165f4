import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { compile, installPackage, root, runFile } from '../support/consumer.js';

describe('an entity of a user behaves the same', function () {
  this.timeout(60_000);
  let project: string;
  before(async () => {
    project = await installPackage();
    await cp(join(root, 'test', 'consumer', 'entity.ts'), join(project, 'entity.ts'));
  });

  const node = (file: string): Promise<string> => runFile(project, file);
  const results = new Map<string, unknown>();
  const tsc = async (name: string, useDefineForClassFields: boolean, emitDecoratorMetadata: boolean): Promise<void> => {
    await compile(project, name, ['entity.ts'], { useDefineForClassFields, emitDecoratorMetadata });
    results.set(name, JSON.parse(await node(join(name, 'entity.js'))));
  };

  it('compiled by tsc with class fields defined and metadata', () => tsc('define', true, true));
  it('compiled by tsc with class fields assigned and metadata', () => tsc('assign', false, true));
  it('compiled by tsc with class fields defined and no metadata', () => tsc('define-bare', true, false));
  it('compiled by tsc with class fields assigned and no metadata', () => tsc('assign-bare', false, false));
  it('compiled by swc', async () => {
    const { transformFile } = await import('@swc/core');
    const { code } = await transformFile(join(project, 'entity.ts'), {
      swcrc: false,
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
      module: { type: 'es6' },
    });
    await writeFile(join(project, 'swc.mjs'), code);
    results.set('swc', JSON.parse(await node('swc.mjs')));
  });

  after(async () => {
    await rm(project, { recursive: true, force: true });
    const first = results.get('define');
    for (const [name, result] of results) expect(result, name).to.deep.equal(first);
    expect(first).to.deep.include({
      clean: false,
      port: 'port p',
      asset: [true, 't'],
      plain: 'plain',
      isWidget: true,
      name: 'Widget',
      changed: ['config', 'createdAt'],
    });
  });
});
