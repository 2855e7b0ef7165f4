import type { z } from 'zod';
import type { BlockContext } from '../types.js';

/** The kind of value that a port carries. `any` is compatible with all kinds. */
export type ValueKind = 'rows' | 'file' | 'text' | 'list' | 'any';

export interface InputPort {
  name: string;
  /** Whether the port must be connected. Default: false. */
  required?: boolean;
  /** The kinds it accepts. Default: all. */
  accepts?: readonly ValueKind[];
}

export interface OutputPort {
  name: string;
  gives: ValueKind;
}

/** The ports of a block. All its output ports carry the same value. */
export interface BlockPorts {
  inputs: readonly InputPort[];
  /** Whether ports with other names are allowed. Default: false. */
  open?: boolean;
  outputs: readonly OutputPort[];
}

/** What a built-in block receives: the context of a handler, its validated config with defaults, and access to the run. */
export interface BuiltInContext<Config = Readonly<Record<string, unknown>>> extends BlockContext {
  readonly config: Config & Readonly<Record<string, unknown>>;
  /** The input of the run. */
  readonly pipelineInput: Readonly<Record<string, unknown>>;
  /** The block's key in the configuration, which may differ from its id. */
  readonly blockKey: string;
  /** Runs a block of another type in this block's place. */
  runAs(type: string, config: Readonly<Record<string, unknown>>, inputs: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** The block types of a run, for blocks that run other blocks. */
export interface BlockTypes {
  /** The problems of a block with this type and config, which include an unknown type. */
  problemsOf(type: string, config: Readonly<Record<string, unknown>>): string[];
}

/** A block type. */
export interface BlockDefinition<Config = Readonly<Record<string, unknown>>> {
  readonly type: string;
  /** The published schema of its config, with defaults. Other keys are allowed. */
  readonly config: z.ZodType<Config>;
  ports(config: Config): BlockPorts;
  /** The problems of a config that matches the schema but is invalid nevertheless. */
  check?(config: Config, types: BlockTypes): string[];
  /** Runs the block. Absent for a type that needs a handler. */
  run?(context: BuiltInContext<Config>): unknown;
}

/** Defines a block type, with its config typed by the schema. */
export function defineBlock<Schema extends z.ZodType>(
  definition: Omit<BlockDefinition<z.output<Schema>>, 'config'> & { config: Schema },
): BlockDefinition {
  return definition as unknown as BlockDefinition;
}

/** The ports of a block with one input and one output, both named `data`. */
export function dataPorts(gives: ValueKind, accepts?: readonly ValueKind[]): () => BlockPorts {
  const ports = { inputs: [{ name: 'data', required: true, ...(accepts && { accepts }) }], outputs: [{ name: 'data', gives }] };
  return () => ports;
}
