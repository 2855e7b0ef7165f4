import type { z } from 'zod';
import type { BlockContext } from '../types.js';

/** What a port carries, where that is known. `any` goes with everything. */
export type ValueKind = 'rows' | 'file' | 'text' | 'list' | 'any';

export interface InputPort {
  name: string;
  /** Whether something must be connected. */
  required?: boolean;
  /** The kinds it takes; all when absent. */
  accepts?: readonly ValueKind[];
}

export interface OutputPort {
  name: string;
  gives: ValueKind;
}

/** The ports of a block. Its one value is carried by all its output ports. */
export interface BlockPorts {
  inputs: readonly InputPort[];
  /** Whether ports of any other name are taken as well. */
  open?: boolean;
  outputs: readonly OutputPort[];
}

/** What a built-in block is given: what a handler gets, its config checked and with defaults, and the run around it. */
export interface BuiltInContext<Config = Readonly<Record<string, unknown>>> extends BlockContext {
  readonly config: Config & Readonly<Record<string, unknown>>;
  /** What the run was started with. */
  readonly pipelineInput: Readonly<Record<string, unknown>>;
  /** The block's key in the configuration, which may differ from its id. */
  readonly blockKey: string;
  /** Runs a block of another type in this block's place. */
  runAs(type: string, config: Readonly<Record<string, unknown>>, inputs: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** The block types of a run, as a block that runs others sees them. */
export interface BlockTypes {
  /** What is wrong with a block of this type: a sentence each, also when there is no such type. */
  problemsOf(type: string, config: Readonly<Record<string, unknown>>): string[];
}

/** One type of block. */
export interface BlockDefinition<Config = Readonly<Record<string, unknown>>> {
  readonly type: string;
  /** The published schema of its config, with defaults. Other keys are allowed. */
  readonly config: z.ZodType<Config>;
  ports(config: Config): BlockPorts;
  /** What is wrong with a config that fits the published schema: a sentence each. */
  check?(config: Config, types: BlockTypes): string[];
  /** Does the work. Absent where only a handler can. */
  run?(context: BuiltInContext<Config>): unknown;
}

/** Declares a block type, with its config typed by the schema. */
export function defineBlock<Schema extends z.ZodType>(
  definition: Omit<BlockDefinition<z.output<Schema>>, 'config'> & { config: Schema },
): BlockDefinition {
  return definition as unknown as BlockDefinition;
}

/** The ports of a block with one input and one output, both called `data`. */
export function dataPorts(gives: ValueKind, accepts?: readonly ValueKind[]): () => BlockPorts {
  const ports = { inputs: [{ name: 'data', required: true, ...(accepts && { accepts }) }], outputs: [{ name: 'data', gives }] };
  return () => ports;
}
