/** What the last response to a request of a record said. */
export interface LastResponse {
  /** The status. */
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where the platform gave none. */
  readonly requestId: string | undefined;
}

const last = new WeakMap<object, LastResponse>();

/** Notes the response to a request of a record. */
export function noteResponse(
  source: object,
  { status, headers, requestId }: { status: number; headers: Readonly<Record<string, string>>; requestId?: string | undefined },
): void {
  last.set(source, { status, headers, requestId: requestId ?? headers['x-request-id'] ?? headers['request-id'] });
}

/** The last response to a request of a record; undefined before the first. */
export function lastResponseOf(source: object): LastResponse | undefined {
  return last.get(source);
}
