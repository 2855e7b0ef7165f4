import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { Moderately } from '../../../src/moderately/index.js';
import { heldPipeline } from '../../e2e/support/held.js';
import { Terminal } from './support/terminal.js';

describe('the console while something runs', () => {
  let platform: LocalPlatform;
  let terminal: Terminal;
  let release: () => void;

  before(async () => {
    platform = await LocalPlatform.start({ port: false });
    const { apiKey, teamId, url: baseUrl, fetch } = platform;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const version = await heldPipeline(platform, new Moderately({ apiKey, teamId, baseUrl, fetch }), () => held);
    // One terminal for all tests: what a console declares cannot be declared again in the same process.
    terminal = new Terminal(platform);
    await terminal.ready();
    await terminal.line(`const version = await PipelineConfigurationVersion.get('${version.id}')`);
    await terminal.line('let execution, pending');
  });

  beforeEach(async () => {
    await terminal.line('execution = await version.execute({ in: 1 })');
  });

  after(async () => {
    release();
    await terminal.leave();
    await platform.close();
  });

  it('ends a wait at Ctrl+C, says how to go on, and leaves the work running', async () => {
    terminal.type('pending = execution.wait()\r');
    await terminal.shows(/PipelineExecution\(id=/);
    terminal.type('\x03');
    const shown = await terminal.shows(/> $/);
    expect(shown).to.contain('Interrupted.').and.contain('the work goes on at the platform');
    const [, again] = /\n {2}(await PipelineExecution\.resume\('[^']+'\)\.wait\()\)\n/.exec(shown) ?? [];
    expect(again, shown).to.be.a('string');
    expect(await terminal.line('pending.catch((error) => error.name)')).to.equal("'AbortError'\n");
    expect(await terminal.line(`${again}{ timeout: 0 })`)).to.contain('OperationTimeoutError: ');
  });

  it('shows progress on a line of its own and removes it in the end', async () => {
    terminal.type('execution.wait({ timeout: 0 })\r');
    const shown = await terminal.shows(/OperationTimeoutError[\s\S]*> $/);
    expect(shown).to.match(/PipelineExecution\(id=[^)]*\) […█░]/);
    const raw = terminal.streams.out();
    const error = raw.lastIndexOf('OperationTimeoutError');
    expect(raw.lastIndexOf('\x1b[J', error)).to.be.greaterThan(raw.lastIndexOf('%', error));
  });

  it('shows nothing of what earlier lines have left running, and does not end it', async () => {
    const before = terminal.streams.out().length;
    await terminal.line('const waiting = execution.wait().catch((error) => error.name)');
    terminal.type('new Promise(() => {})\r');
    await terminal.shows(/\n$/);
    terminal.type('\x03');
    await terminal.shows(/> $/);
    // A wait that had ended would not poll any more.
    expect(await terminal.line('new Promise((resolve) => execution.once("poll", () => resolve("polled")) && execution.poke())')).to.equal(
      "'polled'\n",
    );
    expect(terminal.streams.out().slice(before)).not.to.contain('PipelineExecution(id=');
  });

  it('shows the progress of uploads', async () => {
    await terminal.line("File.upload({ data: Buffer.alloc(3_000_000, 'a'), name: 'a.txt' })");
    expect(terminal.streams.out()).to.match(/Upload .*100%/);
  });
});
