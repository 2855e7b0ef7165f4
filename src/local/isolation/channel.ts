// biome-ignore lint/suspicious/noExplicitAny: the methods of an interface have parameters of any type.
type Methods<M> = { [Name in keyof M]: (params: any, signal: AbortSignal) => unknown };
type Params<Method> = Method extends (params: infer P, ...rest: never[]) => unknown ? P : never;
type Result<Method> = Method extends (...params: never[]) => infer R ? Awaited<R> : never;

/** An error of the other side. */
export class RemoteError extends Error {
  readonly block: { id: string; type: string; reason: string } | undefined;

  constructor({ message, block }: ErrorMessage) {
    super(message);
    this.block = block;
  }
}

interface ErrorMessage {
  message: string;
  block?: { id: string; type: string; reason: string } | undefined;
}

export type Message =
  | { type: 'call'; id: number; method: string; params: unknown }
  | { type: 'tell'; method: string; params: unknown }
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; error: ErrorMessage }
  | { type: 'abort'; id: number };

function messageOf(error: unknown): ErrorMessage {
  if (!(error instanceof Error)) return { message: String(error) };
  const { blockId, blockType, reason } = error as { blockId?: string; blockType?: string; reason?: string };
  const block =
    blockId !== undefined && blockType !== undefined ? { id: blockId, type: blockType, reason: reason ?? error.message } : undefined;
  return { message: error.message, block };
}

/** Calls between two processes: methods of the other side, and ours for it. */
export class Channel<Mine extends Methods<Mine>, Theirs extends Methods<Theirs>> {
  readonly #send: (message: unknown) => void;
  readonly #methods: () => Mine;
  readonly #calls = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  readonly #served = new Map<number, AbortController>();
  #last = 0;
  #closed: Error | undefined;

  /**
   * @param send Sends a message to `receive` of the other side.
   * @param methods Gives our methods at each call, because they change with the job.
   */
  constructor(send: (message: unknown) => void, methods: () => Mine) {
    this.#send = send;
    this.#methods = methods;
  }

  /** Calls a method of the other side. A signal that aborts is passed on; the call still waits for the result. */
  async call<Name extends keyof Theirs & string>(
    method: Name,
    params: Params<Theirs[Name]>,
    signal?: AbortSignal,
  ): Promise<Result<Theirs[Name]>> {
    if (this.#closed) throw this.#closed;
    const id = ++this.#last;
    const result = new Promise<Result<Theirs[Name]>>((resolve, reject) => this.#calls.set(id, { resolve, reject }));
    const abort = () => this.#send({ type: 'abort', id } satisfies Message);
    this.#send({ type: 'call', id, method, params });
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await result;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#calls.delete(id);
    }
  }

  /** Calls a method without waiting for its end. */
  tell<Name extends keyof Theirs & string>(method: Name, params: Params<Theirs[Name]>): void {
    this.#send({ type: 'tell', method, params });
  }

  /** The other side is gone: calls that wait for it fail with this error, and so do later ones. */
  close(error: Error): void {
    this.#closed = error;
    for (const { reject } of this.#calls.values()) reject(error);
  }

  /** Receives a message of the other side. */
  receive(message: Message): void {
    switch (message.type) {
      case 'call':
        void this.#serve(message);
        break;
      case 'tell':
        this.#methods()[message.method as keyof Mine](message.params, new AbortController().signal);
        break;
      case 'abort':
        this.#served.get(message.id)?.abort(new Error('The call was aborted.'));
        break;
      case 'result':
        this.#calls.get(message.id)?.resolve(message.value as never);
        break;
      case 'error':
        this.#calls.get(message.id)?.reject(new RemoteError(message.error));
    }
  }

  async #serve({ id, method, params }: Extract<Message, { type: 'call' }>): Promise<void> {
    const controller = new AbortController();
    this.#served.set(id, controller);
    try {
      const value = await this.#methods()[method as keyof Mine](params, controller.signal);
      this.#send({ type: 'result', id, value });
    } catch (error) {
      this.#send({ type: 'error', id, error: messageOf(error) });
    } finally {
      this.#served.delete(id);
    }
  }
}
