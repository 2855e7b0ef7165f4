import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../support/turns.js';
import { greeter, pollQuickly, useCommandLine } from './support/command-line.js';

describe('work from the command line', () => {
  const line = useCommandLine({ seed: { assets: { 'v2/models': [{ id: 'echo', name: 'Echo' }] } } });
  const { run, json } = line;
  let folder: string;
  /** A pipeline of one block of a type. Resolves to its id. */
  async function pipelineOf(type: string): Promise<string> {
    const [pipeline] = await json(['pipeline', 'create', 'name=One block']);
    const blocks = { work: { id: 'work', type, config: {} }, result: { id: 'result', type: 'output', config: {} } };
    const connections = [{ source_block_id: 'work', source_port: 'data', target_block_id: 'result', target_port: 'data' }];
    const configuration = JSON.stringify({ id: 'one', name: 'One block', blocks, connections });
    const id = String(pipeline!.pipelineId);
    await json(['pipeline-configuration-version', 'create', `pipelineId=${id}`, `configuration:=${configuration}`, 'status=current']);
    return id;
  }

  let undo: () => void;
  before(async () => {
    undo = pollQuickly();
    folder = await mkdtemp(join(tmpdir(), 'remote-record-cli-'));
  });
  after(async () => {
    undo();
    await rm(folder, { recursive: true, force: true });
  });

  it('runs a pipeline and prints its output', async () => {
    const id = await greeter(json);
    const done = await run(['pipeline', 'run', id, 'text=World']);
    expect(done).to.include({ code: 0, out: '{\n  "greeting": "Hello World"\n}\n' });
    expect(done.err)
      .to.match(/^Started PipelineExecution\(id=\S+\)\.\n(?:\d+\.\d s {2}.+\n)+$/)
      .and.contain('completed: step 3 of 3');
    expect((await run(['pipeline', 'run', id, 'text=World', '--json'])).out).to.equal('{"greeting":"Hello World"}\n');
    expect((await run(['pipeline', 'run', id, '-', '--json'], { stdin: '{"text":"Moon"}' })).out).to.equal('{"greeting":"Hello Moon"}\n');
  });

  it('prints the token of a run that it does not wait for, and follows it by token and by id', async () => {
    const id = await greeter(json);
    const started = await run(['pipeline', 'run', id, 'text=World', '--no-wait']);
    const token = JSON.parse(started.out) as { class: string; id: string };
    expect(token.class).to.equal('PipelineExecution');
    expect(started.err).to.contain(`remote-record pipeline-execution watch --local ${token.id}`);
    for (const which of [started.out.trim(), token.id]) {
      const followed = await run(['pipeline-execution', 'watch', which, '--json']);
      expect(followed, followed.err).to.include({ code: 0, out: '{"greeting":"Hello World"}\n' });
    }
    expect(await run(['pipeline-execution', 'watch', 'nope'])).to.include({ code: 3 });
    expect(await run(['pipeline-execution', 'watch', '{"v":1}'])).to.include({ code: 2 });
  });

  it('says why a run has failed', async () => {
    line.platform.block('boom', async () => {
      throw new Error('The boiler burst.');
    });
    const id = await pipelineOf('boom');
    const { code, out, err } = await run(['pipeline', 'run', id, 'text=World']);
    expect({ code, out }).to.deep.equal({ code: 1, out: '' });
    expect(err).to.contain('The boiler burst.').and.not.contain('    at ');
    const { err: verbose } = await run(['pipeline', 'run', id, 'text=World', '--verbose']);
    expect(verbose).to.contain('OperationFailedError').and.contain('    at ');
  });

  it('ends a wait at its time limit, and at Ctrl+C, and says how to go on', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    line.platform.block('hold', async () => {
      await held;
      return { data: 'done' };
    });
    // The wait has begun when it polls.
    const polls = () =>
      line.platform.requests.filter(({ method, path }) => method === 'GET' && path.startsWith('/pipeline-executions')).length;
    const id = await pipelineOf('hold');
    try {
      const late = await run(['pipeline', 'run', id, '--timeout', '0']);
      expect(late, late.err).to.include({ code: 4, out: '' });
      expect(late.err).to.contain('Its token is {"v":1').and.contain('remote-record pipeline-execution watch --local ');
      let press: () => void = () => {};
      const waiting = run(['pipeline', 'run', id], {
        interrupts: (given) => {
          press = given;
        },
      });
      const polled = polls();
      await until(() => polls() > polled);
      press();
      const ended = await waiting;
      expect(ended).to.include({ code: 130, out: '' });
      expect(ended.err)
        .to.contain('The wait was ended; the work goes on.')
        .and.contain('Its token is {"v":1')
        .and.contain('To wait for it again');
    } finally {
      release();
    }
  });

  it('uploads and downloads files, and replaces none without being told', async () => {
    const path = join(folder, 'hello.txt');
    await writeFile(path, 'hello\n');
    const [file] = await json(['file', 'upload', path, 'metadata:={"a":1}']);
    expect(file).to.deep.include({ fileName: 'hello.txt', fileSize: 6, uploadStatus: 'completed', metadata: { a: 1 } });
    const [other] = await json(['file', 'upload', '-', '--name', 'piped.txt'], { stdin: 'piped' });
    expect(other).to.include({ fileName: 'piped.txt', fileSize: 5 });
    const id = String(file!.fileId);
    expect((await run(['file', 'download', id, '-'])).out).to.equal('hello\n');
    expect(await run(['file', 'download', id, '-'], { readerGone: true })).to.deep.equal({ code: 0, out: '', err: '' });
    const into = join(folder, 'into/');
    const wrote = await run(['file', 'download', id, into]);
    expect(wrote).to.include({ code: 0, out: '' });
    expect(wrote.err).to.contain('hello.txt (6 B)');
    expect(await readFile(join(into, 'hello.txt'), 'utf8')).to.equal('hello\n');
    await writeFile(join(into, 'hello.txt'), 'mine');
    for (const target of [into, join(into, 'hello.txt')]) {
      const refused = await run(['file', 'download', id, target]);
      expect(refused).to.include({ code: 2 });
      expect(refused.err).to.contain('is there already').and.contain('--force');
    }
    expect(await readFile(join(into, 'hello.txt'), 'utf8')).to.equal('mine');
    expect(await run(['file', 'download', id, into, '--force'])).to.include({ code: 0 });
    expect(await readFile(join(into, 'hello.txt'), 'utf8')).to.equal('hello\n');
    expect((await run(['file', 'upload', join(folder, 'none')])).code).to.equal(2);
    expect((await run(['file', 'create'])).err).to.contain('File has no "create"');
  });

  it('uploads data to a dataset, processes it and downloads it', async () => {
    const [dataset] = await json(['dataset', 'create', 'name=Cities']);
    const id = String(dataset!.datasetId);
    const path = join(folder, 'cities.csv');
    await writeFile(path, 'city,country\nOslo,NO\n');
    const [version] = await json(['dataset', 'upload', id, path]);
    expect(version).to.include({ fileType: 'csv', status: 'current' });
    const columns = JSON.stringify(['city', 'country'].map((name) => ({ name, type: 'string', nullable: true })));
    await json(['dataset-schema-version', 'create', `datasetId=${id}`, `columns:=${columns}`, 'status=current']);
    const [processed] = await json(['dataset', 'run', id]);
    expect(processed).to.include({ processingStatus: 'completed' });
    const token = JSON.parse((await run(['dataset', 'run', id, '--no-wait'])).out) as { class: string };
    expect(token.class).to.equal('Dataset');
    expect((await run(['dataset', 'watch', JSON.stringify(token)])).code).to.equal(0);
    expect((await run(['dataset', 'download', id, '-'])).out).to.equal('city,country\nOslo,NO\n');
    expect((await run(['dataset', 'upload', id, path, 'fileTyp=csv'])).err).to.contain('fileType');
  });

  it('runs a model of aiXplain and prints what it says', async () => {
    const [model] = await json(['model', 'search', '--aixplain', '--limit', '1']);
    expect(model).to.have.property('id');
    const id = String(model!.id);
    const done = await run(['model', 'run', id, '--aixplain', 'text=hello']);
    expect(done.code, done.err).to.equal(0);
    expect(done.out.trim()).not.to.equal('');
    expect(JSON.parse((await run(['model', 'run', id, '--aixplain', 'text=hello', '--json'])).out)).to.include({ completed: true });
  });
});
