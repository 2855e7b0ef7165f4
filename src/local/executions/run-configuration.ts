import { rm, writeFile } from 'node:fs/promises';
import type { Platform } from '../context.js';
import type { BlockHandler, BlockProgress } from '../engine/types.js';
import { moduleOf } from '../isolation/handlers.js';
import type { GraphOutput, GraphTask, JsonText, OutputKind } from '../isolation/protocol.js';
import { runGraphTask } from '../isolation/tasks.js';
import { lendSources, servicesFor } from './engine-services.js';
import { isSmall, sharedConfiguration } from './small-graphs.js';

/** Longer JSON reaches a child in a file. */
const longestMessage = 1024 * 1024;

/** A run of a configuration. */
export interface ConfigurationRun {
  teamId: string;
  /** JSON. */
  configuration: string;
  /** JSON. */
  input: string;
  signal: AbortSignal;
  onProgress?: (progress: BlockProgress) => void;
  output: OutputKind;
  /** Outputs of more bytes are given as a gzipped temporary file, which the caller deletes. */
  inlineBytes: number;
  /** Seconds that one block may take. Default: the platform's limit. */
  blockSeconds?: number;
}

/**
 * Runs a configuration: in a child process, unless it is certain to take no time here.
 * @throws BlockError when a block fails or exceeds a limit, ProcessEndedError when the child ended, the signal's reason when it aborts.
 */
export async function runConfiguration(platform: Platform, run: ConfigurationRun): Promise<GraphOutput> {
  const { teamId, signal, onProgress, blockSeconds = platform.limits.blockSeconds } = run;
  const types = [...platform.handlers];
  const functions = new Map<string, BlockHandler>(types.filter(([, handler]) => moduleOf(handler) === undefined));
  const files: string[] = [];
  const outputPath = platform.blobs.temporaryFile();
  const textOf = async (json: string): Promise<JsonText> => {
    if (json.length <= longestMessage) return { json };
    const file = platform.blobs.temporaryFile();
    files.push(file);
    await writeFile(file, json);
    return { file };
  };
  const taskOf = (configuration: JsonText, input: JsonText): GraphTask => ({
    kind: 'graph',
    configuration,
    input,
    handlers: [...functions.keys()],
    modules: types.flatMap(([type, handler]) => {
      const href = moduleOf(handler);
      return href === undefined ? [] : [[type, href] as [string, string]];
    }),
    llm: platform.llm,
    output: { kind: run.output, inlineBytes: run.inlineBytes, path: outputPath },
  });
  if (isSmall(run.configuration, run.input, platform.handlers)) {
    const task = taskOf({ json: run.configuration }, { json: run.input });
    const configuration = sharedConfiguration(run.configuration, platform.handlers);
    const services = { ...servicesFor(platform, teamId), handlers: functions };
    return await runGraphTask(task, { services, signal, onProgress, configuration });
  }
  const sources = lendSources(platform, teamId);
  try {
    const task = taskOf(await textOf(run.configuration), await textOf(run.input));
    const host = { sources, handlers: functions, services: servicesFor(platform, teamId), signal, onProgress, blockSeconds };
    return await platform.processes.run<'graph'>(task, host);
  } catch (error) {
    // A child that is killed leaves half a file behind.
    files.push(outputPath);
    throw error;
  } finally {
    await Promise.all([sources.release(), ...files.map((file) => rm(file, { force: true }))]);
  }
}
