import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { expect } from 'chai';
import { type Block, blocksOf, isScript, isShell, matches, pageNames, readPage, shownIn } from './support/blocks.js';
import { type Outcome, projectOf, runBlock } from './support/run.js';
import { ends, faultsOf } from './support/shell.js';

const pages = await Promise.all((await pageNames()).map(async (page) => ({ page, blocks: blocksOf(page, await readPage(page)) })));
/** A part of the names of the pages that are tried. Default: all. */
const { DOCS = '' } = process.env;
const complete = pages.filter(({ page }) => page.includes(DOCS));
const all = complete.flatMap(({ blocks }) => blocks);
const running = all.filter(
  (block) => block.notRun === undefined && block.notCompiled === undefined && (isScript(block) || (isShell(block) && ends(block))),
);

/** The page whose requests are compared, beside what it prints. */
const ownPlatform = 'docs/your-own-platform.md';

describe('the code of the pages, compiled and run as it is', function () {
  // A test waits for all that run before its own block.
  this.timeout(3_600_000);
  let project: string;
  const outcomes = new Map<Block, Promise<Outcome>>();

  before('compiles', async () => {
    project = await projectOf(all);
    // As many at once as there are cores; a test waits for its own.
    const queues: Promise<unknown>[] = Array.from({ length: availableParallelism() }, () => Promise.resolve());
    running.forEach((block, index) => {
      const outcome = (queues[index % queues.length] ?? Promise.resolve()).then(() => runBlock(project, block));
      queues[index % queues.length] = outcome.catch(() => {});
      outcomes.set(block, outcome);
    });
  });
  after(async () => {
    await Promise.allSettled(outcomes.values());
    await rm(project, { recursive: true, force: true });
  });

  for (const { page, blocks } of complete) {
    describe(page, () => {
      for (const block of blocks.filter((each) => running.includes(each))) {
        it(`${page}:${block.line} runs, and prints what it says`, async () => {
          const outcome = await outcomes.get(block);
          if (!outcome) throw new Error('It was not run.');
          const { code, out, err, printed, requests } = outcome;
          expect(code, `${out}\n${err}\n${requests.join('\n')}`).to.equal(0);
          expect(err).to.equal('');
          if (block.output !== undefined)
            expect(matches(block.output, out), `It prints\n\n${out}\ninstead of\n\n${block.output}`).to.equal(true);
          for (const { line, value } of shownIn(block)) {
            const texts = printed.filter(([at]) => at === line).map(([, text]) => text);
            expect(matches(value, texts.join(', ')), `${page}:${line} prints ${texts.join(', ')}`).to.equal(true);
          }
        });
      }
      for (const block of blocks.filter(isShell)) {
        it(`${page}:${block.line} has commands, options and packages that exist`, async () => {
          expect(await faultsOf(block)).to.deep.equal([]);
        });
      }
    });
  }

  if (!ownPlatform.includes(DOCS)) return;
  it(`sends what ${ownPlatform} describes`, async () => {
    const block = running.find(({ page, file }) => page === ownPlatform && file === 'main.ts');
    expect(block, `main.ts of ${ownPlatform}`).to.be.an('object');
    const { requests } = (await outcomes.get(block!)) ?? { requests: [] };
    const sha256 = createHash('sha256').update('the sound of an interview').digest('hex');
    expect(requests).to.deep.equal([
      `POST /v1/recordings {"workspace":"press","title":"Interview","size":25,"sha256":"${sha256}"}`,
      'PUT /storage?signature=secret the sound of an interview',
      'POST /v1/recordings/r%201/complete {}',
      'POST /v1/transcripts {"workspace":"press","recording_id":"r 1","language":"en"}',
      'GET /v1/transcripts/t1',
      'GET /v1/transcripts/t1',
      'PATCH /v1/recordings/r%201 {"title":"Interview with a poet"}',
      'GET /v1/recordings?page=1&limit=20&title=poet',
      'DELETE /v1/recordings/r%201',
      'GET /v1/recordings/no-such-id',
    ]);
  });
});
