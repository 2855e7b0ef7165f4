import { ValidationError } from '#front';
import type { Block, BlockConnection, PipelineConfiguration } from './configuration.js';

/**
 * Builds a pipeline configuration:
 *
 * ```ts
 * const echo = new ConfigurationBuilder('echo')
 *   .block('text', 'input', { json_schema: { type: 'string' } })
 *   .block('result', 'output', { name: 'echoed' })
 *   .connect('text', 'result')
 *   .build();
 * ```
 */
export class ConfigurationBuilder {
  readonly #blocks = new Map<string, Block>();
  readonly #connections: BlockConnection[] = [];
  readonly #head: Pick<PipelineConfiguration, 'id' | 'name' | 'description' | 'version'>;

  constructor(id: string, details: { name?: string; description?: string; version?: string } = {}) {
    this.#head = { id, name: id, ...details };
  }

  /** Adds a block. @throws ValidationError if the id is already used. */
  block(id: string, type: Block['type'], config: Record<string, unknown> = {}): this {
    if (this.#blocks.has(id)) throw new ValidationError(`A block with the id "${id}" already exists; choose another id.`);
    this.#blocks.set(id, { id, type, config });
    return this;
  }

  /**
   * Connects two blocks.
   *
   * @param from The id of a block, or `id.port`. The default port is 'data'.
   * @param to The same.
   * @throws ValidationError if a block has not been added.
   */
  connect(from: string, to: string): this {
    const source = this.#end(from);
    const target = this.#end(to);
    this.#connections.push({
      source_block_id: source.id,
      source_port: source.port,
      target_block_id: target.id,
      target_port: target.port,
    });
    return this;
  }

  /** The configuration. */
  build(): PipelineConfiguration {
    return structuredClone({ ...this.#head, blocks: Object.fromEntries(this.#blocks), connections: this.#connections });
  }

  /** Ids may contain dots, so the whole text is tried as an id first. */
  #end(text: string): { id: string; port: string } {
    if (this.#blocks.has(text)) return { id: text, port: 'data' };
    const at = text.lastIndexOf('.');
    const id = text.slice(0, Math.max(at, 0));
    if (this.#blocks.has(id)) return { id, port: text.slice(at + 1) };
    throw new ValidationError(`There is no block "${id || text}" to connect. Blocks: ${[...this.#blocks.keys()].join(', ') || 'none'}.`);
  }
}
