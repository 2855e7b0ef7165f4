/** The engine, loaded when it is first needed: most platforms in tests never run anything. */
export function engine(): Promise<typeof import('../engine/index.js')> {
  return import('../engine/index.js');
}
