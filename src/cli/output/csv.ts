import { valueText } from './text.js';

/** What a spreadsheet takes for the beginning of a formula: https://owasp.org/www-community/attacks/CSV_Injection. */
const formula = /^[=+\-@\t\r]/;

/**
 * A line of CSV (RFC 4180), with its line break. A text that a spreadsheet would take for a formula is preceded by an apostrophe; numbers are
 * written as they are.
 */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvValue).join(',')}\r\n`;
}

function csvValue(value: unknown): string {
  const text = valueText(value);
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  const safe = !isNumber && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
