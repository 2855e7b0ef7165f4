/** Words in the name of a header or a query parameter that mark its value as a secret. */
const secretWord =
  /(?:^|[-_.])(?:auth|authorization|apikey|key|token|secret|password|passwd|cookie|credentials?|signature|sig)(?:$|[-_.])/i;

/** Whether a header or a query parameter of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return secretWord.test(name.replace(/([a-z0-9])([A-Z])/g, '$1-$2'));
}
