import { refuseOption } from './quantities.js';

/** What a header can hold: visible characters, spaces and tabs (RFC 9110 §5.5). */
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** What a header can be named (RFC 9110 §5.6.2). */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Whether a text can be the value of a header. */
export function isHeaderValue(text: string): boolean {
  return headerValue.test(text);
}

/**
 * Checks a text of a user that is sent in a header. The message does not contain the value, which may be a secret.
 * @throws ValidationError that names the option.
 */
export function checkHeaderText(option: string, text: string): string {
  if (isHeaderValue(text)) return text;
  return refuseOption(option, 'has a line break or another character that a header cannot carry');
}

/** Checks the name of a header that a user gave. @throws ValidationError that names the option. */
export function checkHeaderName(option: string, name: string): string {
  if (headerName.test(name)) return name;
  return refuseOption(option, `has ${name === '' ? 'an empty name' : `the name ${JSON.stringify(name)}`}, which a header cannot have`);
}

/** Checks a key under which a request may be repeated. @throws ValidationError that names the option. */
export function checkIdempotencyKey(option: string, key: unknown): string {
  if (typeof key !== 'string' || key.trim() === '') return refuseOption(option, 'must be a text that is not blank');
  return checkHeaderText(option, key);
}
