import { builtinAsset } from '../../assets/builtin.js';
import { bodyOf, findRow } from '../../assets/rows.js';
import { isRecord, recordsOf } from '../../assets/spelling.js';
import type { Platform } from '../../context.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import { textOf, wholeOf } from './chunks.js';
import { callHandler, handlerOf } from './handlers.js';
import { dataOf, RunFailure } from './results.js';
import type { Trace } from './trace.js';
import { subjectText, type Verdict, verdictOf } from './verdicts.js';

/** An inspector refused what an agent was asked or what it said, and ends the run. */
export class Refusal extends Error {
  readonly inspector: string;

  constructor(inspector: string, reason: string) {
    super(reason);
    this.inspector = inspector;
  }
}

/** What an inspector does when its judge says so. */
interface Action {
  type: string;
  maxRetries: number;
  onExhaust: string;
}

function actionOf({ action }: JsonRecord): Action {
  const { type, maxRetries, onExhaust } = isRecord(action) ? action : { type: action };
  return {
    type: String(type ?? 'continue').toLowerCase(),
    maxRetries: typeof maxRetries === 'number' ? maxRetries : 1,
    onExhaust: String(onExhaust ?? 'continue').toLowerCase(),
  };
}

const instruction = 'Say PASS when this holds. Otherwise say FAIL, and why.';

/** The inspectors of one run. Each has a step for every time that its judge was asked. */
export class Inspectors {
  readonly #platform: Platform;
  readonly #teamId: string;
  readonly #trace: Trace;
  readonly #inspectors: readonly JsonRecord[];
  readonly #asked = new Set<JsonRecord>();
  readonly #reasons: string[] = [];

  constructor(platform: Platform, teamId: string, trace: Trace, inspectors: unknown) {
    this.#platform = platform;
    this.#teamId = teamId;
    this.#trace = trace;
    this.#inspectors = recordsOf(inspectors);
  }

  /** Why inspectors rejected something, as text. */
  get critiques(): string {
    return this.#reasons.join('\n');
  }

  /** The inspectors of a target: `input`, `steps`, `output`, which is the default, or the name of a sub-agent. */
  #of(target: string): JsonRecord[] {
    return this.#inspectors.filter(({ targets }) => {
      const named = Array.isArray(targets) ? targets.filter((each) => typeof each === 'string' && each.trim() !== '') : [];
      return named.length === 0 ? target === 'output' : named.some((each) => each.toLowerCase() === target.toLowerCase());
    });
  }

  /**
   * Has the inspectors of a target look at a text, and does what they are for: `abort` ends the run, `edit` replaces the text, `rerun`
   * replaces it by what `again` makes with the reason, and `continue` only notes it.
   * @param again Makes the text once more, told why; undefined where it cannot be.
   * @param shown What the judges see of the text, as far as it is not the text itself. Editors see the text, which theirs replaces.
   * @throws Refusal when one aborts the run, RunFailure when one has no judge.
   */
  async inspect<Subject>(
    target: string,
    subject: Subject,
    signal: AbortSignal,
    again?: (reason: string) => Promise<Subject>,
    shown: (subject: Subject) => unknown = (it) => it,
  ): Promise<Subject> {
    let current = subject;
    for (const inspector of this.#of(target)) {
      const { type, maxRetries, onExhaust } = actionOf(inspector);
      const name = String(inspector.name);
      for (let attempt = 0; ; attempt++) {
        const { acts, reason } = await this.#judge(inspector, type, target, shown(current), signal);
        if (!acts) break;
        this.#reasons.push(`${name}: ${reason}`);
        if (type === 'edit') current = (await this.#edit(inspector, current, reason, signal)) as Subject;
        if (type === 'abort') throw new Refusal(name, reason);
        if (type !== 'rerun') break;
        if (again && attempt < maxRetries) current = await again(reason);
        else if (onExhaust === 'abort') throw new Refusal(name, reason);
        else break;
      }
    }
    return current;
  }

  /** Adds a step for each inspector whose target did not occur. */
  async end(): Promise<void> {
    for (const inspector of this.#inspectors) {
      if (this.#asked.has(inspector)) continue;
      await this.#note(inspector, actionOf(inspector).type, null, 'Not asked: what it inspects did not occur.', this.#trace.now());
    }
  }

  async #note(inspector: JsonRecord, type: string, input: unknown, output: string, startedAt: string, acts = false): Promise<void> {
    this.#asked.add(inspector);
    const name = String(inspector.name);
    const agent = { id: `${name}_inspector`, name: 'Inspector', is_system_agent: true };
    const step = { agent, unit: { id: name, name: 'Inspector', type: 'inspector' }, input, output, action: type };
    await this.#trace.add({ ...step, ...(acts && { reason: output }) }, startedAt);
  }

  async #judge(inspector: JsonRecord, type: string, target: string, subject: unknown, signal: AbortSignal): Promise<Verdict> {
    const startedAt = this.#trace.now();
    const said = await this.#ask(inspector, 'evaluator', target, subject, undefined, signal);
    const verdict = said === undefined ? { acts: false, reason: 'passed: its judge has no handler' } : verdictOf(said);
    if (!verdict) {
      throw new RunFailure(
        `The judge of the inspector '${String(inspector.name)}' has to say PASS or FAIL with a reason, { passed, reason }, or whether to act as true or false; it said: ${textOf(said).slice(0, 200)}`,
        {},
      );
    }
    await this.#note(inspector, type, subjectText(subject), verdict.reason, startedAt, verdict.acts);
    return verdict;
  }

  async #edit(inspector: JsonRecord, subject: unknown, reason: string, signal: AbortSignal): Promise<unknown> {
    const edited = await this.#ask(inspector, 'editor', 'edit', subject, reason, signal);
    return isRecord(edited) && typeof edited.text === 'string' ? edited.text : (edited ?? subject);
  }

  /**
   * What the judge or the editor of an inspector says of a text: the handler of its asset, or that of all inspectors, or the platform's
   * language model. Undefined when its asset is on the platform and nothing runs it.
   */
  async #ask(
    inspector: JsonRecord,
    role: 'evaluator' | 'editor',
    target: string,
    subject: unknown,
    reason: string | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { assetId, prompt = null, function: source } = isRecord(inspector[role]) ? inspector[role] : {};
    const key = typeof assetId === 'string' ? assetId : '';
    const teamId = this.#teamId;
    const row = key === '' ? undefined : ((await findRow(this.#platform.store, [teamId], key)) ?? builtinAsset(key, teamId));
    const record = row && bodyOf(row);
    const text = subjectText(subject);
    const task = role === 'editor' ? `Rewrite this text so that it is not rejected any more. It was because: ${reason}` : instruction;
    const messages = [
      { role: 'system', content: [prompt, task].filter((part) => typeof part === 'string').join('\n\n') },
      { role: 'user', content: text },
    ];
    const inputs = { text, data: subject, prompt, target, inspector, role, messages, ...(reason !== undefined && { reason }) };
    const asked = { assetId: row?.assetId ?? key, teamId };
    // The handler of its asset or of all inspectors, or else that of all models.
    const subjects = ['inspectors', 'models'].map((collection) => ({ ...asked, collection }));
    const handled = subjects.find((each) => handlerOf(this.#platform, each, record) && (each.collection === 'inspectors' || key !== ''));
    const subjectOf = handled ?? { ...asked, collection: 'inspectors' };
    const run = async (about: JsonRecord | undefined): Promise<unknown> =>
      dataOf(await wholeOf(await callHandler(this.#platform, subjectOf, about, inputs, signal), signal));
    if (handled) return await run(record ?? inspector);
    if (key !== '' && this.#platform.llm) return await run({ ...record, id: key, function: { id: 'text-generation' } });
    if (row) return undefined;
    const [who, what] = role === 'editor' ? ['editor', 'Its editor'] : ['judge', 'Its judge'];
    const lack =
      key !== ''
        ? `${what} '${key}' is not on this platform: seed it, register platform.block('${key}', handler), or start the platform with the option llm.`
        : `It has ${source === undefined ? `no ${who}` : `a ${who} in Python, which is not run here`}: register platform.block('inspectors', handler).`;
    throw new RunFailure(`The inspector '${String(inspector.name)}' cannot be asked. ${lack}`, {});
  }
}
