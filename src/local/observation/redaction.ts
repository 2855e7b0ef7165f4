/** What is written in place of a secret. */
const redacted = '[redacted]';

/** What looks like a secret wherever it is: keys in headers, signatures of presigned URLs, passwords in URLs. */
const patterns: readonly [RegExp, string][] = [
  [/\b(bearer|token)\s+[\w.~+/=-]{8,}/gi, `$1 ${redacted}`],
  [/\b(X-Signature|X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token)=[^&\s"'\\]+/gi, `$1=${redacted}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'\\]*):[^\s/@"'\\]+@/gi, `$1:${redacted}@`],
];

/** A function that replaces secrets in text: those given, also as JSON writes them, and what looks like one. */
export function redactor(secrets: readonly (string | undefined)[]): (text: string) => string {
  const written = secrets.flatMap((secret) => (secret ? [JSON.stringify(secret).slice(1, -1), secret, encodeURIComponent(secret)] : []));
  const known = [...new Set(written)].sort((a, b) => b.length - a.length);
  return (text) => {
    let result = text;
    for (const secret of known) result = result.replaceAll(secret, redacted);
    for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
    return result;
  };
}
