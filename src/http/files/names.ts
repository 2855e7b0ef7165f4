/** The last part of a path. */
export function baseName(path: string): string {
  return /([^/\\]*)[/\\]*$/.exec(path)?.[1] ?? '';
}

/** The extension of a file name with its dot, as it is written; empty without one. */
export function extensionOf(name: string): string {
  const base = baseName(name);
  const dot = base.lastIndexOf('.');
  return dot > 0 ? base.slice(dot) : '';
}
