/** The seconds that an answer asks to wait before the next look; undefined when it does not say, or names a date. */
export function retryAfterOf(headers: Readonly<Record<string, string>>): number | undefined {
  const header = headers['retry-after'];
  const value = Number(header);
  return header !== undefined && header.trim() !== '' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
