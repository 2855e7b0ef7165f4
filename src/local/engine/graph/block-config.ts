import type { BlockPorts, BlockTypes } from '../blocks/definition.js';
import { builtInBlocks } from '../blocks/registry.js';
import { problemsOf } from '../operation.js';
import type { BlockProblemType } from '../types.js';
import { isObject, listed } from '../values/kinds.js';

type Config = Readonly<Record<string, unknown>>;

/** The result of checking a block's config. */
export interface CheckedConfig {
  /** The config with defaults; unchanged when it is invalid. */
  config: Config;
  /** Undefined when the config does not match its schema or the type is unknown. */
  ports?: BlockPorts;
  problems: { errorType: BlockProblemType; message: string }[];
}

/** The ports of a type that has only a handler. */
const anyPorts: BlockPorts = { inputs: [], open: true, outputs: [] };

/** The block types of a run: the built-in ones and those with a handler. */
export class KnownTypes implements BlockTypes {
  constructor(private readonly handled: ReadonlySet<string>) {}

  check(type: string, config: Config): CheckedConfig {
    const definition = builtInBlocks.get(type);
    if (!definition) return this.handled.has(type) ? { config, ports: anyPorts, problems: [] } : { config, problems: [this.unknown(type)] };
    const parsed = definition.config.safeParse(config);
    if (!parsed.success) {
      const problems = parsed.error.issues.map((issue, index) => {
        const missing = valueAt(config, issue.path) === undefined;
        const message = `its config is invalid: ${problemsOf(parsed.error)[index]}`;
        return { errorType: missing ? ('missing_config' as const) : ('invalid_config' as const), message };
      });
      return { config, problems };
    }
    const problems = (definition.check?.(parsed.data, this) ?? []).map((message) => ({
      errorType: 'invalid_config' as const,
      message: `its config is invalid: ${message}`,
    }));
    return { config: parsed.data, ports: definition.ports(parsed.data), problems };
  }

  problemsOf(type: string, config: Config): string[] {
    return this.check(type, config).problems.map(({ message }) => message);
  }

  private unknown(type: string): CheckedConfig['problems'][number] {
    const types = listed([...builtInBlocks.keys(), ...this.handled]);
    return {
      errorType: 'unknown_block_type',
      message: `the block type '${type}' is unknown; use one of ${types}, or register a handler with platform.block('${type}', handler)`,
    };
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (isObject(at) || Array.isArray(at) ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}
