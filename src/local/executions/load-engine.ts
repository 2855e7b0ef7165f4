/** Loads the engine on first use, because most platforms in tests never run anything. */
export function loadEngine(): Promise<typeof import('../engine/index.js')> {
  return import('../engine/index.js');
}
