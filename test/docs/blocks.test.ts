import { expect } from 'chai';
import { type Block, blocksOf, folderOf, isScript, isShell, matches, pageNames, readPage, shownIn } from './support/blocks.js';
import { commandsOf } from './support/shell.js';

/** What a fence may say. A diagram, a settings file and a program of another language are for reading. */
const languages = ['ts', 'js', 'bash', 'sh', 'json', 'text', 'mermaid', 'python', 'ruby', 'html', 'yaml', ''];

/** How many blocks may say `<!-- not run: reason -->` or `<!-- not compiled: reason -->`, in all pages. */
const mostNotRun = 8;

describe('the code of the pages', () => {
  const blocks: Block[] = [];
  before(async () => {
    for (const page of await pageNames()) blocks.push(...blocksOf(page, await readPage(page)));
  });
  const at = ({ page, line }: { page: string; line: number }): string => `${page}:${line}`;

  it('is in blocks of known languages', () => {
    expect(blocks.filter(({ language }) => !languages.includes(language)).map((block) => `${at(block)} ${block.language}`)).to.deep.equal(
      [],
    );
  });

  it('has one file for each block', () => {
    const files = blocks.filter(isScript).map((block) => `${folderOf(block.page)}/${block.file}`);
    expect(files.filter((file, index) => files.indexOf(file) !== index)).to.deep.equal([]);
  });

  it('is JSON where it says so', () => {
    for (const block of blocks.filter(({ language }) => language === 'json')) {
      expect(() => JSON.parse(block.code), at(block)).not.to.throw();
    }
  });

  it('says what it prints beside what prints it', () => {
    const wrong = blocks.filter(isScript).flatMap((block) => {
      const text = block.code.split('\n');
      return shownIn(block)
        .filter(({ line }) => !text[line - block.line]?.includes('console.log('))
        .map(({ line }) => at({ ...block, line }));
    });
    expect(wrong).to.deep.equal([]);
  });

  it('runs but for a few blocks that say why not', () => {
    const kept = blocks.filter(({ notRun, notCompiled }) => notRun !== undefined || notCompiled !== undefined);
    expect(kept.length, kept.map((block) => `${at(block)} ${block.notRun ?? block.notCompiled}`).join('\n')).to.be.at.most(mostNotRun);
  });

  it('has commands in its shell blocks', () => {
    for (const block of blocks.filter(isShell)) expect(commandsOf(block), at(block)).not.to.deep.equal([]);
  });
});

describe('the blocks of a page', () => {
  const fence = '```';
  const page = [
    'Text',
    '',
    `${fence}ts`,
    '// a/b.ts',
    'console.log(1); // → 1',
    fence,
    '',
    'prints',
    '',
    `${fence}text`,
    '1',
    fence,
    '<!-- not run: no such thing -->',
    `${fence}bash`,
    '$ npm i \\',
    '  x # y',
    fence,
    '',
  ];

  it('have a line, a file, an output and a reason', () => {
    const [script, command, ...others] = blocksOf('docs/p.md', page.join('\n'));
    expect(others).to.deep.equal([]);
    expect(script).to.deep.include({ line: 4, file: 'a/b.ts', output: '1\n', notRun: undefined });
    expect(script && shownIn(script)).to.deep.equal([{ line: 5, value: '1' }]);
    expect(command).to.deep.include({ line: 15, file: 'block-15.bash', output: undefined, notRun: 'no such thing' });
    expect(command && commandsOf(command)).to.deep.equal([['npm', 'i', 'x']]);
  });

  it('show their output with gaps', () => {
    expect(matches('id …\nb', 'id 12 \nb\n')).to.equal(true);
    expect(matches('a\n…\nc', 'a\nb\nb\nc')).to.equal(true);
    expect(matches('a…', 'a\nb')).to.equal(false);
    expect(matches('a.', 'ab')).to.equal(false);
  });
});
