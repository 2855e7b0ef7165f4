import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { LocalPlatform } from '../../src/local/index.js';
import { Moderately } from '../../src/moderately/index.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const run = promisify(execFile);

describe('remote-record as a process', function () {
  this.timeout(120_000);
  let platform: LocalPlatform;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let release: () => void = () => {};

  before(async () => {
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    platform = await LocalPlatform.start();
    platform.block('hold', async () => {
      await held;
      return { data: 'done' };
    });
    folder = await mkdtemp(join(tmpdir(), 'remote-record-bin-'));
    await writeFile(join(folder, 'remote-record'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
    await chmod(join(folder, 'remote-record'), 0o755);
    const { PATH, HOME } = process.env;
    env = {
      HOME,
      PATH: `${folder}${delimiter}${PATH}`,
      MODERATELY_BASE_URL: platform.url,
      MODERATELY_API_KEY: platform.apiKey,
      MODERATELY_TEAM_ID: platform.teamId,
    };
    const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
    for (let index = 0; index < 300; index++) await mai.Dataset.create({ name: `Dataset ${index}` });
    await mai.close();
  });
  after(async () => {
    release();
    await platform.close();
    await rm(folder, { recursive: true, force: true });
  });

  const shell = async (command: string): Promise<{ stdout: string; stderr: string }> => run('bash', ['-c', command], { env, cwd: folder });

  it('ends well when head has read enough, and says nothing', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash's
    const { stdout, stderr } = await shell('set -o pipefail; remote-record dataset search --all --json | head -1; echo "${PIPESTATUS[@]}"');
    const [first, codes] = stdout.trimEnd().split('\n');
    expect(JSON.parse(first!)).to.have.property('datasetId');
    expect({ codes, stderr }).to.deep.equal({ codes: '0 0', stderr: '' });
  });

  it('streams all records into a pipe', async () => {
    const { stdout } = await shell('remote-record dataset search --all --csv --columns name | wc -l');
    expect(Number(stdout)).to.equal(301);
  });

  it('logs to standard error what it sends, and not the key', async () => {
    const { stdout, stderr } = await shell('REMOTE_RECORD_LOG=debug remote-record dataset search --limit 1 --json');
    expect(stdout.trimEnd().split('\n')).to.have.length(1);
    expect(stderr)
      .to.match(/remote-record \S+ debug request GET http:\S+\/datasets\?/)
      .and.match(/debug response GET \S+: 200 in \d+ ms/);
    expect(stderr).not.to.contain(platform.apiKey);
    expect((await shell('NODE_DEBUG=remote-record remote-record dataset search --limit 1 --json')).stderr).to.contain('debug request');
    expect((await shell('remote-record dataset search --limit 1 --json')).stderr).not.to.contain('debug');
  });

  it('loads no vendor for its version and its help', async () => {
    const vendor = /src\/(?:moderately|aixplain)\/index/;
    const loadedBy = async (...args: string[]): Promise<string> =>
      (await run(process.execPath, [main, ...args], { env: { ...env, NODE_DEBUG: 'esm' }, maxBuffer: 2 ** 28 })).stderr;
    expect(await loadedBy('dataset', '--help')).to.match(vendor);
    for (const argument of ['--version', '--help']) {
      const loaded = await loadedBy(argument);
      expect(loaded, argument).to.contain('src/cli/program');
      expect(loaded, argument)
        .not.to.match(vendor)
        .and.not.match(/src\/(?:local|model\/base-resource)/);
    }
  });

  it('ends a wait at Ctrl+C with the token, and the work goes on', async () => {
    const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
    const pipeline = await mai.Pipeline.create({ name: 'Slow' });
    const blocks = {
      hold: { id: 'hold', type: 'hold', config: {} },
      result: { id: 'result', type: 'output', config: {} },
    };
    const connections = [{ source_block_id: 'hold', source_port: 'data', target_block_id: 'result', target_port: 'data' }];
    await pipeline.createConfigurationVersion({ id: 's', name: 'S', blocks, connections } as never, { status: 'current' });
    const child: ChildProcess = spawn(process.execPath, [main, 'pipeline', 'run', pipeline.id!], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out = text(child.stdout!);
    let err = '';
    const ended = once(child, 'close');
    for await (const chunk of child.stderr!) {
      err += String(chunk);
      if (/ s {2}/.test(err) && !child.killed) child.kill('SIGINT');
    }
    const [code] = await ended;
    expect({ code, out: await out }).to.deep.equal({ code: 130, out: '' });
    const { groups } = /watch (?<id>\S+)/.exec(err) ?? {};
    expect(err).to.contain('The wait was ended; the work goes on.');
    expect((await mai.PipelineExecution.get(groups!.id!)).isTerminal).to.equal(false);
    await mai.close();
  });

  describe('completion for bash', () => {
    /** What bash offers after a line. */
    const complete = async (line: string): Promise<string[]> => {
      const script = `source <(remote-record completion bash)
        COMP_LINE=$1 COMP_POINT=\${#1}
        # Bash splits at = and : as well.
        COMP_WORDS=() ; current= ; rest=$1
        while [[ -n "$rest" ]]; do
          letter="\${rest:0:1}" rest="\${rest:1}"
          case "$letter" in
            ' ') [[ -n "$current" ]] && COMP_WORDS+=("$current"); current= ;;
            '='|':') [[ -n "$current" ]] && COMP_WORDS+=("$current"); COMP_WORDS+=("$letter"); current= ;;
            *) current+="$letter" ;;
          esac
        done
        COMP_WORDS+=("$current") COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
        _remote_record 2>/dev/null
        printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await run('bash', ['-c', script, 'bash', line], { env, cwd: folder });
      return stdout.split('\n').filter((each) => each !== '');
    };

    it('completes commands, entities, verbs, options and fields', async () => {
      expect(await complete('remote-record data')).to.deep.equal(['dataset', 'dataset-data-version', 'dataset-schema-version']);
      expect(await complete('remote-record comp')).to.deep.equal(['completion']);
      expect(await complete('remote-record dataset ')).to.include.members(['search', 'get', 'create']);
      expect(await complete('remote-record --local pipeline-executions wa')).to.deep.equal(['watch']);
      expect(await complete('remote-record dataset search --na')).to.deep.equal(['--name-like', '--name']);
      expect(await complete('remote-record dataset search na')).to.deep.equal(['nameLike=', 'name=']);
      expect(await complete('remote-record dataset create na')).to.deep.equal(['name=']);
      expect(await complete('remote-record dataset create name=x desc')).to.deep.equal(['description=']);
      expect(await complete('remote-record model search --aixplain --fun')).to.deep.equal(['--functions']);
      expect(await complete('remote-record completion ')).to.deep.equal(['bash', 'zsh', 'fish']);
      expect(await complete('remote-record nonsense ')).to.deep.equal([]);
    });

    it('is a script that each shell that is here accepts', async () => {
      await shell('remote-record completion bash > script.bash && bash -n script.bash');
      for (const other of ['zsh', 'fish']) {
        const { stdout } = await shell(`remote-record completion ${other} > script.${other}; command -v ${other} || true`);
        if (stdout.trim() !== '') await shell(`${other} -n script.${other}`);
      }
    });
  });
});
