/** The distinct names of the `{{placeholders}}` in a prompt, in order of appearance. */
export function placeholdersIn(prompt: string): string[] {
  const names = [...prompt.matchAll(/\{\{([^{}]+)\}\}/g)].map(([, name = '']) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
