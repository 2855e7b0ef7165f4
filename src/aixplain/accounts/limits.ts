import type { FieldProblem } from '#front';
import { isObject } from '../../vendor.js';

/** Which tokens a limit counts. */
export type TokenType = 'input' | 'output' | 'total';

/** How much may be used with a key; 0 for not at all. */
export interface UsageLimits {
  /** Tokens per minute. */
  tokenPerMinute?: number | undefined;
  /** Tokens per day. */
  tokenPerDay?: number | undefined;
  /** Runs per minute. */
  requestPerMinute?: number | undefined;
  /** Runs per day. */
  requestPerDay?: number | undefined;
  /** Default: the platform's own. */
  tokenType?: TokenType | null | undefined;
}

/** The limits of one model. */
export interface AssetLimits extends UsageLimits {
  /** The model as a record, its id or its path. */
  model:
    | string
    | {
        /** The id of the model; null for a model that is known by its path only. */
        id: string | null;
        /** Its path, such as `acme/chat/acme`. */
        path?: string | null;
      };
}

/** What was used with a key since the day began, and what may be; null where there is no limit. */
export interface KeyUsage {
  /** How many runs were started today. */
  dailyRequestCount: number | null;
  /** How many runs may be started in a day; null for no limit. */
  dailyRequestLimit: number | null;
  /** How many tokens were used today. */
  dailyTokenCount: number | null;
  /** How many tokens may be used in a day; null for no limit. */
  dailyTokenLimit: number | null;
  /** The id of the model; null for all of them. */
  model: string | null;
}

const names = { tokenPerMinute: 'tpm', tokenPerDay: 'tpd', requestPerMinute: 'rpm', requestPerDay: 'rpd' } as const;

/** Limits as the platform has them. */
export function limitsToWire(limits: unknown): unknown {
  if (!isObject(limits)) return limits;
  const numbers = Object.entries(names).map(([name, wire]) => [wire, limits[name] ?? 0]);
  const { model, tokenType } = limits;
  return { ...Object.fromEntries(numbers), tokenType: tokenType ?? null, ...('model' in limits && { assetId: modelText(model) }) };
}

/** Limits as the platform has them, read. */
export function limitsFromWire(json: unknown): unknown {
  if (!isObject(json)) return json;
  const numbers = Object.entries(names).map(([name, wire]) => [name, json[wire] ?? 0]);
  const { assetId, tokenType } = json;
  return { ...Object.fromEntries(numbers), tokenType: tokenType ?? null, ...('assetId' in json && { model: assetId }) };
}

/** The path of a model, else its id. */
export function modelText(model: unknown): unknown {
  return isObject(model) ? (model.path ?? model.id) : model;
}

/** What is wrong with limits. */
export function problemsWithLimits(limits: unknown, where: string): FieldProblem[] {
  if (!isObject(limits)) return [];
  const negative = Object.keys(names).filter((name) => typeof limits[name] === 'number' && (limits[name] as number) < 0);
  const details = negative.map((name) => ({ field: `${where}.${name}`, message: 'must be 0 or more' }));
  const { tokenType, model } = limits;
  if (tokenType !== undefined && tokenType !== null && !['input', 'output', 'total'].includes(String(tokenType)))
    details.push({ field: `${where}.tokenType`, message: 'must be input, output or total' });
  if ('model' in limits && !modelText(model))
    details.push({ field: `${where}.model`, message: 'is required: a model, its id or its path' });
  return details;
}

/** Usage as the platform tells it; what is not a number is null. */
export function readUsage(json: Readonly<Record<string, unknown>>): KeyUsage {
  const count = (key: string): number | null => (typeof json[key] === 'number' ? json[key] : null);
  return {
    dailyRequestCount: count('requestCount'),
    dailyRequestLimit: count('requestCountLimit'),
    dailyTokenCount: count('tokenCount'),
    dailyTokenLimit: count('tokenCountLimit'),
    model: typeof json.assetId === 'string' ? json.assetId : null,
  };
}
