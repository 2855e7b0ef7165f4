import { type Attributes, Entity, Field, type FieldProblem, GetResourceMixin, SearchResourceMixin, ValidationError } from '#front';
import { isObject } from '../../vendor.js';
import type { Asset } from '../models/asset.js';
import { type AssetSearchParams, assetFilters } from '../models/search-params.js';
import { AixplainRecord, type AssetInfo } from '../record.js';
import type { Json } from '../steps.js';

/** What an inspector does: let it go on, have it done again, end the run, or edit the text. */
export type InspectorActionType = 'continue' | 'rerun' | 'abort' | 'edit';

/** What an inspector does about what it objects to. */
export interface InspectorAction {
  /** What is done. */
  type: InspectorActionType;
  /** Only with 'rerun': how often, from 0. */
  maxRetries?: number | undefined;
  /** Only with 'rerun': what follows the last one. */
  onExhaust?: 'continue' | 'abort' | undefined;
}

/** Who judges: a model, with what it is asked, or the source of a Python function that the platform runs. */
export type InspectorMetric =
  | Asset
  | string
  | {
      /** The model that judges. */
      assetId: string;
      /** What the model is told to judge by. */
      prompt?: string | undefined;
    }
  | {
      /** The Python code that judges. */
      function: string;
    };

/** An inspector as an agent has it. */
export interface InspectorJson {
  /** The name of the inspector. */
  name: string;
  /** What it does when it objects. */
  action: InspectorAction;
  /** What judges. */
  evaluator: {
    /** Whether a model or code judges. */
    type: 'asset' | 'function';
    /** The model that judges. */
    assetId?: string;
    /** What the model is told to judge by. */
    prompt?: string;
    /** The Python code that judges. */
    function?: string;
  };
  /** What the inspector is for. */
  description?: string;
  /** How serious an objection is. */
  severity?: string;
  /** What it looks at: `input`, `steps`, `output` or names of agents. */
  targets?: string[];
  /** What edits the text, for the action `edit`. */
  editor?: unknown;
  /** The id of the platform's preset that it was made from. */
  presetId?: string;
  [key: string]: unknown;
}

const severities = ['low', 'medium', 'high', 'critical'] as const;
const actionTypes: readonly string[] = ['continue', 'rerun', 'abort', 'edit'];

/** What the platform's own guards do unless they are told otherwise, by the name of the asset. */
const presets: Readonly<Record<string, (path: string) => Partial<Record<keyof Inspector, unknown>>>> = {
  'detect-prompt-attacks-guardrail': () => ({ action: { type: 'abort' }, targets: ['input'], presetId: 'prompt_injection_guard' }),
  'sensitive-information-guardrail': (id) => ({
    action: { type: 'edit' },
    targets: ['input'],
    editor: { type: 'asset', assetId: id },
    presetId: 'pii_redaction',
  }),
  'contextual-grounding-check-guardrail': () => ({
    action: { type: 'rerun', maxRetries: 2, onExhaust: 'abort' },
    targets: ['output'],
    presetId: 'hallucination_guard',
  }),
};

/**
 * Watches what goes into a team of agents, what happens there, and what comes out. It is saved with the agent whose `inspectors` it is
 * among. `Inspector.get()` and `search()` find the platform's own guards.
 */
@Entity({ path: 'v2/models', create: 'none', update: 'none', search: { wholeLists: true } })
export class Inspector extends GetResourceMixin(SearchResourceMixin(AixplainRecord)) {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: Omit<AssetSearchParams, 'functions'>;

  /** What it does when it objects. */
  @Field() action!: InspectorAction | InspectorActionType;
  /** `input`, `steps`, `output`, or the name of an agent of the team. */
  @Field() targets: string[] = [];
  /** Who judges. */
  @Field({ name: 'evaluator' }) metric!: InspectorMetric;
  /** How serious an objection is. */
  @Field() severity?: (typeof severities)[number] | null;
  /** Who edits what is objected to; needed for the action 'edit'. */
  @Field() editor?: InspectorMetric | null;
  /** The guard of the platform that it is made from. */
  @Field() presetId?: string | null;

  constructor(attributes?: Attributes<Inspector>) {
    super(attributes);
  }

  /** What a search sends for its parameters. */
  static override buildSearchParams(params: Json): Record<string, unknown> | null {
    return super.buildSearchParams({ ...assetFilters(params), functions: ['guardrails'] });
  }

  /** A guard of the platform is a model; it becomes an inspector that has this model judge. */
  static override readResponse(response: Record<string, unknown>): Record<string, unknown> {
    const { id, name, description, path, assetInfo, ...rest } = super.readResponse(response);
    if (rest.evaluator !== undefined) return { id, name, description, path, ...rest };
    const preset = presetOf([isObject(assetInfo) ? (assetInfo as AssetInfo).assetName : undefined, path]);
    const usual = { action: { type: 'abort' }, targets: ['input'] };
    return { id, name, description, path, assetInfo, evaluator: { type: 'asset', assetId: id }, ...(preset?.(String(id)) ?? usual) };
  }

  /** The inspector as an agent takes it. @throws ValidationError that lists everything that is wrong. */
  toInspector(): InspectorJson {
    const { name, description, severity, targets, presetId } = this;
    const action = actionOf(this.action);
    const problems = [...problemsOf(this, action)];
    if (problems.length > 0)
      throw new ValidationError(`${String(this)}: ${problems.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, {
        details: problems,
      });
    return {
      name: String(name),
      ...(description && { description }),
      ...(severity && { severity }),
      targets: (targets ?? []).filter((target) => target.trim() !== ''),
      action: action!,
      evaluator: judgeOf(this.metric)!,
      ...(this.editor && { editor: judgeOf(this.editor) }),
      ...(presetId && { presetId }),
    };
  }
}

function* problemsOf(inspector: Inspector, action: InspectorAction | null): Generator<FieldProblem> {
  const { name, severity, metric, editor } = inspector;
  if (!name?.trim()) yield { field: 'name', message: 'is required' };
  if (action === null) yield { field: 'action', message: 'is required' };
  else yield* problemsOfAction(action);
  if (judgeOf(metric) === null) yield { field: 'metric', message: 'is required: a model that is saved, its id, or { function }' };
  if (severity && !severities.includes(severity)) yield { field: 'severity', message: `must be one of ${severities.join(', ')}` };
  if (action?.type === 'edit' && (!editor || judgeOf(editor) === null))
    yield { field: 'editor', message: `is required when the action is 'edit'` };
}

function* problemsOfAction({ type, maxRetries, onExhaust }: InspectorAction): Generator<FieldProblem> {
  if (!actionTypes.includes(type)) yield { field: 'action.type', message: `must be one of ${actionTypes.join(', ')}` };
  if (type !== 'rerun' && (maxRetries !== undefined || onExhaust !== undefined))
    yield { field: 'action', message: `may have maxRetries and onExhaust only when its type is 'rerun'` };
  if (maxRetries !== undefined && !(Number.isInteger(maxRetries) && maxRetries >= 0))
    yield { field: 'action.maxRetries', message: 'must be a whole number from 0' };
  if (onExhaust !== undefined && onExhaust !== 'continue' && onExhaust !== 'abort')
    yield { field: 'action.onExhaust', message: `must be 'continue' or 'abort'` };
}

function actionOf(given: unknown): InspectorAction | null {
  if (typeof given === 'string' && given !== '') return { type: given as InspectorActionType };
  if (!isObject(given) || typeof given.type !== 'string') return null;
  const { type, maxRetries = given.max_retries, onExhaust = given.on_exhaust } = given;
  return {
    type,
    ...((maxRetries ?? null) !== null && { maxRetries }),
    ...((onExhaust ?? null) !== null && { onExhaust }),
  } as InspectorAction;
}

/** A judge as it is sent; null if it says nobody. */
function judgeOf(metric: unknown): InspectorJson['evaluator'] | null {
  if (typeof metric === 'string') return metric === '' ? null : { type: 'asset', assetId: metric };
  if (!isObject(metric)) return null;
  if (typeof metric.function === 'string' && metric.function !== '') return { type: 'function', function: metric.function };
  const assetId = metric.assetId ?? metric.asset_id ?? metric.id;
  if (typeof assetId !== 'string' || assetId === '') return null;
  const prompt = metric.prompt ?? (isObject(metric.config) ? metric.config.prompt : undefined);
  return { type: 'asset', assetId, ...(typeof prompt === 'string' && { prompt }) };
}

/** The preset of the first name or path that has one: of its segments the one before the last, or the only one. */
function presetOf(candidates: readonly unknown[]): ((id: string) => object) | undefined {
  for (const candidate of candidates) {
    if (typeof candidate !== 'string') continue;
    const segments = candidate.toLowerCase().split('/');
    const found = presets[segments.length > 1 ? segments[1]! : segments[0]!];
    if (found) return found;
  }
  return undefined;
}
