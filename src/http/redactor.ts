import { isSecretName } from '../model/support/secret-names.js';
import { utf8 } from './bytes.js';
import { redactSignedUrls } from './signed-urls.js';

const REDACTED = '[redacted]';
const MAX_DEPTH = 12;

/** Removes secrets from what users see: error messages, responses kept in errors, events. */
export class Redactor {
  /** Most calls have none of their own. */
  #secrets: Set<string> | undefined;
  #pattern: RegExp | undefined;

  constructor(readonly parent?: Redactor) {}

  /** Adds a secret, and the encodings in which a server may echo it. A blank secret is ignored. */
  add(secret: string | undefined): this {
    if (!secret?.trim()) return this;
    const json = JSON.stringify(secret).slice(1, -1);
    this.#secrets ??= new Set();
    for (const form of [secret, encodeURIComponent(secret), json, base64(secret)]) this.#secrets.add(form);
    this.#pattern = undefined;
    return this;
  }

  /** Adds the query of a presigned URL: the whole query, and each value in it that may be a secret. */
  addPresigned(url: URL): this {
    if (url.search.length > 1) this.add(url.search.slice(1));
    for (const [name, value] of url.searchParams) if (isSecretName(name) || value.length >= 20) this.add(value);
    return this;
  }

  /** The text with its secrets redacted, in time proportional to its length. */
  text(text: string): string {
    if (text === '') return text;
    return redactSignedUrls(this.#withoutSecrets(text));
  }

  /** A text that is cut off, with its secrets redacted, also one that is cut itself. */
  cutText(text: string): string {
    const cleaned = this.text(text);
    return cleaned.slice(0, cleaned.length - this.#cutSecret(cleaned));
  }

  /**
   * Redacts secrets in a parsed JSON value, in place, and returns it: copying a value of many parts takes several times as long as parsing
   * it. Values nested more than 12 levels deep are redacted completely.
   */
  value(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.#isSecret(String(value)) ? REDACTED : value;
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) return REDACTED;
    const members = value as Record<string, unknown>;
    if (Array.isArray(value)) for (let index = 0; index < value.length; index++) value[index] = this.value(value[index], depth + 1);
    else for (const key in members) this.#member(members, key, depth);
    return value;
  }

  /** A copy of the headers with their secrets redacted. Headers that usually hold secrets, such as Set-Cookie, are redacted completely. */
  headers(headers: Readonly<Record<string, string>>): Record<string, string> {
    const entries = Object.entries(headers).map(([name, value]) => [name, isSecretName(name) ? REDACTED : this.text(value)]);
    return Object.fromEntries(entries);
  }

  /** Redacts secrets in an error and its causes, in place: the error keeps its identity and its class. */
  error<T>(error: T, depth = 0): T {
    if (!(error instanceof Error) || depth > MAX_DEPTH) return error;
    for (const name of Object.getOwnPropertyNames(error)) {
      const value: unknown = Reflect.get(error, name);
      if (typeof value === 'string') {
        const cleaned = this.text(value);
        if (cleaned !== value) Object.defineProperty(error, name, { value: cleaned, configurable: true, writable: true });
      } else if (value instanceof Error) this.error(value, depth + 1);
      else if (Array.isArray(value)) for (const item of value) this.error(item, depth + 1);
    }
    return error;
  }

  #member(members: Record<string, unknown>, key: string, depth: number): void {
    const value = this.value(members[key], depth + 1);
    const name = this.text(key);
    if (name !== key) delete members[key];
    if (name !== key || value !== members[key])
      Object.defineProperty(members, name, { value, writable: true, enumerable: true, configurable: true });
  }

  #isSecret(text: string): boolean {
    for (let at: Redactor | undefined = this; at; at = at.parent) if (at.#secrets?.has(text)) return true;
    return false;
  }

  #withoutSecrets(text: string): string {
    const cleaned = this.#secrets ? text.replace(this.#matcher(this.#secrets), REDACTED) : text;
    return this.parent ? this.parent.#withoutSecrets(cleaned) : cleaned;
  }

  /** The number of characters at the end of a text with which a secret begins. */
  #cutSecret(text: string): number {
    let cut = this.parent ? this.parent.#cutSecret(text) : 0;
    for (const secret of this.#secrets ?? [])
      for (let length = Math.min(secret.length - 1, text.length); length > cut; length--)
        if (text.endsWith(secret.slice(0, length))) cut = length;
    return cut;
  }

  #matcher(secrets: ReadonlySet<string>): RegExp {
    if (this.#pattern) return this.#pattern;
    const byLength = [...secrets].sort((a, b) => b.length - a.length);
    this.#pattern = new RegExp(byLength.map(secretPattern).join('|'), 'g');
    return this.#pattern;
  }
}

/** A short secret is matched as a whole word only, since it may be a part of ordinary words. */
function secretPattern(secret: string): string {
  const escaped = secret.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  return secret.length < 8 ? `(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])` : escaped;
}

/** The bytes of a text in UTF-8 as base64 (RFC 4648 §4). */
function base64(text: string): string {
  return btoa(Array.from(utf8(text), (byte) => String.fromCharCode(byte)).join(''));
}
