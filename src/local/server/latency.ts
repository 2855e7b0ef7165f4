/** Seconds added to every request: a fixed number, a range to draw from at random, or a function of the request. */
export type Latency = number | readonly [number, number] | ((request: { method: string; path: string }) => number);

/** The seconds to add to one request. */
export function latencySeconds(latency: Latency, request: { method: string; path: string }): number {
  if (typeof latency === 'function') return latency(request);
  if (typeof latency === 'number') return latency;
  const [least, most] = latency;
  return least + Math.random() * (most - least);
}
