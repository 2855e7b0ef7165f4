import { sameAsJson } from './compare.js';
import { copyJson, isObject, setKey } from './json.js';
import { noteSource, recordWrittenAs } from './to-json.js';
import { anyMade } from './wire-number.js';

/**
 * JSON that is about to be sent, with the platform's own spelling of what has not changed: the digits of a number, the form of a date.
 *
 * @param canonical What writing `saved` without a change gives. Default: what it says.
 */
export function respelled(written: unknown, saved: unknown, canonical: unknown = saved): unknown {
  if (saved === undefined || (canonical === saved && !anyMade())) return written;
  return respell(written, saved, canonical);
}

function respell(written: unknown, saved: unknown, canonical: unknown): unknown {
  if (Array.isArray(written) && Array.isArray(saved) && Array.isArray(canonical) && saved.length === canonical.length) {
    return respellItems(written, saved, canonical);
  }
  if (isObject(written) && isObject(saved) && isObject(canonical)) {
    const result: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(written)) {
      setKey(result, key, Object.hasOwn(saved, key) ? respell(value, saved[key], canonical[key]) : value);
    }
    return noteSource(result, recordWrittenAs(written));
  }
  if (!sameAsJson(written, canonical)) return written;
  return typeof written === 'object' && written !== null ? noteSource(copyJson(saved), recordWrittenAs(written)) : copyJson(saved);
}

/** Items may have moved: one that is like none where it stands is looked for after the last one found. */
function respellItems(written: readonly unknown[], saved: readonly unknown[], canonical: readonly unknown[]): unknown[] {
  let next = 0;
  return written.map((item, index) => {
    let at = index < canonical.length && sameAsJson(item, canonical[index]) ? index : -1;
    for (let step = 0; at < 0 && step < canonical.length; step++) {
      const candidate = (next + step) % canonical.length;
      if (sameAsJson(item, canonical[candidate])) at = candidate;
    }
    if (at < 0) return index < saved.length ? respell(item, saved[index], canonical[index]) : item;
    next = at + 1;
    return respell(item, saved[at], canonical[at]);
  });
}
