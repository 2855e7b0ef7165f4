import type { EngineServices } from '../types.js';

/** A file as it passes between blocks: its metadata. The content is read only by a block that needs it. */
export class FileReference {
  /** Private, because templates can print own properties, and the services contain API keys. */
  readonly #services: EngineServices;

  private constructor(
    readonly id: string,
    readonly name: string,
    readonly mimeType: string,
    /** Bytes. */
    readonly size: number,
    services: EngineServices,
  ) {
    this.#services = services;
  }

  /** Looks the file up, so that a missing file fails at the block that names it. */
  static async find(id: string, services: EngineServices): Promise<FileReference> {
    const { name, mimeType, size, stream } = await services.openFile(id);
    stream.destroy();
    return new FileReference(id, name, mimeType, size, services);
  }

  async bytes(signal: AbortSignal): Promise<Uint8Array> {
    const { stream } = await this.#services.openFile(this.id);
    const parts: Buffer[] = [];
    for await (const part of stream) {
      signal.throwIfAborted();
      parts.push(Buffer.from(part));
    }
    return new Uint8Array(Buffer.concat(parts));
  }

  /** The content as UTF-8 text. @throws Error for a file that is not text. */
  async text(signal: AbortSignal): Promise<string> {
    if (this.mimeType === 'application/pdf') {
      throw new Error(`the file '${this.name}' is a PDF; read its text with a pdf_reader block first`);
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(await this.bytes(signal));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new Error(`the file '${this.name}' (${this.mimeType}) is not UTF-8 text`, { cause: error });
    }
  }

  toJSON(): Record<string, unknown> {
    return { fileId: this.id, fileName: this.name, mimeType: this.mimeType, fileSize: this.size };
  }
}
