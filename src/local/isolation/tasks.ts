import { readFile } from 'node:fs/promises';
import type { BlockProgress, EngineServices, PipelineConfiguration, RunActivity, RunGraph } from '../engine/types.js';
import { jsonStart, jsonText, writeJson } from './json-writer.js';
import type { GraphOutput, GraphTask, JsonText } from './protocol.js';
import { readTable, type TableFile } from './sources.js';

/** What a task needs from the place where it runs. */
export interface TaskEnvironment {
  services: EngineServices;
  signal: AbortSignal;
  onProgress?: ((progress: BlockProgress) => void) | undefined;
  activity?: RunActivity | undefined;
  /** The configuration of the task, if it is parsed already, has built-in blocks only and never changes. */
  configuration?: PipelineConfiguration | undefined;
}

let runGraph: RunGraph | undefined;

/** Runs a configuration and writes its outputs. */
export async function runGraphTask(task: GraphTask, environment: TaskEnvironment): Promise<GraphOutput> {
  const { services, signal, onProgress, activity } = environment;
  // Importing what is loaded takes a tenth of a short run.
  runGraph ??= (await import('../engine/index.js')).runGraph;
  const { configuration = JSON.parse(await textOf(task.configuration)) as PipelineConfiguration } = environment;
  const unchanging = environment.configuration !== undefined;
  const input = JSON.parse(await textOf(task.input)) as Record<string, unknown>;
  const outputs = await runGraph(configuration, input, { services, signal, onProgress, activity, unchanging });
  const { kind, ...target } = task.output;
  if (kind === 'outputs') return { ...(await writeJson(outputs, target, signal)), summary: storable(summaryOf(outputs)) };
  const answer = outputs.answer ?? null;
  const output = typeof answer === 'object' && !Array.isArray(answer) && answer !== null ? answer : { output: answer };
  const summary = typeof answer === 'string' ? answer : await jsonText(answer);
  return { ...(await writeJson(output, target, signal)), summary: storable(summary) };
}

/** Text without NUL characters, which the database does not store; JSON has them escaped. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}

/** The number of rows of a table. @throws TableError for an invalid row, the signal's reason when it aborts. */
export async function countRows(table: TableFile, signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const _row of readTable(table)) {
    count++;
    signal.throwIfAborted();
  }
  return count;
}

async function textOf(text: JsonText): Promise<string> {
  return 'json' in text ? text.json : await readFile(text.file, 'utf8');
}

/** A short human-readable text: the outputs and their sizes. */
function summaryOf(output: Record<string, unknown>): string {
  const parts = Object.entries(output).map(([name, value]) => {
    if (Array.isArray(value)) return `${name}: ${value.length} ${value.length === 1 ? 'item' : 'items'}`;
    const text = typeof value === 'string' ? value : jsonStart(value, 100);
    return `${name}: ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`;
  });
  return parts.join('; ').slice(0, 1000);
}
