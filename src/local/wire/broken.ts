/** Breaks the connection of a request, over HTTP or in-process. */
export interface BreakableConnection {
  /** Breaks it without an answer. */
  reset(): Response | Promise<Response>;
  /** Answers with half of the body. */
  truncate(response: Response): Promise<Response>;
}

/** Half of a body, and the size of the whole. */
export async function halfOf(response: Response): Promise<{ half: Uint8Array; size: number }> {
  const body = new Uint8Array(await response.arrayBuffer());
  return { half: body.subarray(0, Math.floor(body.length / 2)), size: body.length };
}
