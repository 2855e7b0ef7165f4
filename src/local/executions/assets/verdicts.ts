import { isRecord } from '../../assets/spelling.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import { textOf } from './chunks.js';

/** What a judge said of a text: whether the action of its inspector is to be taken, and why. */
export interface Verdict {
  acts: boolean;
  reason: string;
}

/** Words of guards that let a text pass. */
const passing = /^(?:none|allow|allowed|pass|passed)?$/i;

function inObject({ passed, score, reason, reasoning, action, text }: JsonRecord): Verdict | undefined {
  const why = [reason, reasoning, text].find((each) => typeof each === 'string') as string | undefined;
  for (const good of [passed, score]) {
    if (typeof good === 'boolean') return { acts: !good, reason: why ?? (good ? 'passed' : 'rejected') };
  }
  return typeof action === 'string' ? { acts: !passing.test(action.trim()), reason: why ?? action } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(
      text
        .trim()
        .replace(/^```(?:json)?/, '')
        .replace(/```$/, ''),
    );
  } catch {
    return undefined;
  }
}

/**
 * Reads what a judge said: `true` to act and `false` to let pass, as gates in code do; `{ passed, reason }`, the `{ score, reasoning }` of
 * a metric whose score is yes or no, the `{ action, text }` of a guard; or text that begins with PASS or FAIL, or is JSON of these.
 * Undefined for anything else.
 */
export function verdictOf(said: unknown): Verdict | undefined {
  if (typeof said === 'boolean') return { acts: said, reason: said ? 'rejected' : 'passed' };
  if (isRecord(said)) return inObject(said);
  if (typeof said !== 'string') return undefined;
  const [, word, rest = ''] = /^\s*(pass|fail)(?:ed)?\b[\s:.,-]*([\s\S]*)$/i.exec(said) ?? [];
  if (word !== undefined) {
    const acts = word.toLowerCase() === 'fail';
    return { acts, reason: rest.trim() || (acts ? 'rejected' : 'passed') };
  }
  const value = parsed(said);
  return isRecord(value) || typeof value === 'boolean' ? verdictOf(value) : undefined;
}

/** The text that a judge or an editor is asked about. */
export const subjectText = (subject: unknown): string => textOf(subject ?? '');
