/** The connection of a request, which can be broken on purpose, over HTTP or in-process. */
export interface BreakableConnection {
  /** The names and values of the request's headers in turn, as they came, where the connection has them. */
  readonly rawHeaders?: readonly string[];
  /** Breaks it without a response. */
  reset(): Response | Promise<Response>;
  /** Sends half of the response's body, then breaks it. */
  truncate(response: Response): Promise<Response>;
}

/** The first half of a response's body, and the size of the whole in bytes. */
export async function firstHalf(response: Response): Promise<{ half: Uint8Array; size: number }> {
  const body = new Uint8Array(await response.arrayBuffer());
  return { half: body.subarray(0, Math.floor(body.length / 2)), size: body.length };
}
