import { codeOf, isNamed, listOf, valuesOf } from '../../assets/actions.js';
import { builtinAsset } from '../../assets/builtin.js';
import { agentCollections } from '../../assets/collections.js';
import { bodyOf, findRow } from '../../assets/rows.js';
import { isRecord, keysOf, recordsOf } from '../../assets/spelling.js';
import type { Platform } from '../../context.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow } from '../../store/schema.js';
import { wholeOf } from './chunks.js';
import { callHandler, handlerOf } from './handlers.js';
import { dataOf } from './results.js';

/** A tool's action, a model or another agent, as the language model of an agent calls it. */
export interface AgentFunction {
  /** Letters, digits, `_` and `-`, 64 at most, as language models need it; different for each function of an agent. */
  readonly name: string;
  /** Names in lower case by which the built-in model finds it. */
  readonly aliases: readonly string[];
  readonly description: string;
  /** A JSON schema of the arguments. */
  readonly parameters: JsonRecord;
  /** The parameter that a plain text is the value of. */
  readonly firstParameter: string;
  /** What its step names. */
  readonly unit: { id: string; name: string; type: string };
  readonly action: string | null;
  call(given: JsonRecord, signal: AbortSignal): Promise<unknown>;
}

type Unnamed = Omit<AgentFunction, 'name'>;

const jsonTypes = ['string', 'integer', 'number', 'boolean', 'array', 'object'];

function schemaOf(inputs: readonly { code: string; type: unknown; required: unknown; description: unknown }[]): JsonRecord {
  const properties = inputs.map(({ code, type, description }) => [
    code,
    { type: jsonTypes.includes(String(type)) ? type : 'string', ...(typeof description === 'string' && description && { description }) },
  ]);
  const required = inputs.filter((input) => input.required === true).map(({ code }) => code);
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}

/** The values that an agent keeps for an action: `parameters: [{ code, inputs: { code: { value } } }]`. */
function keptValues(entry: JsonRecord, action: JsonRecord): JsonRecord {
  const kept = recordsOf(entry.parameters).find((each) => isNamed({ name: each.name, slug: each.code ?? each.slug }, keysOf(action.name)));
  const inputs = isRecord(kept?.inputs) ? Object.entries(kept.inputs) : [];
  const set = inputs.flatMap(([code, input]) => {
    const value = isRecord(input) ? input.value : undefined;
    return value === undefined || value === null || (Array.isArray(value) && value.length === 0) ? [] : [[code, value]];
  });
  return Object.fromEntries(set);
}

/** The default values of an action's inputs. */
function defaultsOf(action: JsonRecord): JsonRecord {
  const set = recordsOf(action.inputs).flatMap((input) => {
    const [first] = Array.isArray(input.defaultValue) ? input.defaultValue : [input.defaultValue];
    const value = isRecord(first) ? first.value : first;
    return value === undefined || value === null ? [] : [[codeOf(input), value]];
  });
  return Object.fromEntries(set);
}

/** Where the functions of a run come from. */
interface Source {
  platform: Platform;
  teamId: string;
  /** What the run itself gives the tools: `[{ id, parameters: [{ name, value }] }]`. */
  overrides: unknown;
}

const overridesOf = ({ overrides }: Source, ids: readonly unknown[]): JsonRecord =>
  valuesOf(recordsOf(overrides).find(({ id }) => ids.includes(id))?.parameters);

/** The functions of an entry of an agent's tools. */
async function functionsOf(source: Source, entry: JsonRecord): Promise<Unnamed[]> {
  const { platform, teamId } = source;
  const key = String(entry.id ?? entry.assetId ?? '');
  const row = (await findRow(platform.store, [teamId], key)) ?? builtinAsset(key, teamId);
  const record = row ? bodyOf(row) : entry;
  const subject = { assetId: row?.assetId ?? key, collection: row?.collection ?? 'tools', teamId };
  const name = String(entry.name ?? record.name ?? key);
  const unit = { id: subject.assetId, name, type: entry.type === 'model' || row?.collection === 'models' ? 'model' : 'tool' };
  const set = overridesOf(source, [key, subject.assetId]);

  const call = async (inputs: JsonRecord, signal: AbortSignal): Promise<unknown> => {
    if (!row && !handlerOf(platform, subject, undefined)) {
      throw new Error(`The tool '${key}' is not on this platform: seed it, or register platform.block('${key}', handler).`);
    }
    return dataOf(await wholeOf(await callHandler(platform, subject, row && record, inputs, signal), signal));
  };
  if (unit.type === 'model') {
    const inputs = recordsOf(record.params).map(({ name: code, dataType: type, required }) => ({ code: String(code), type, required }));
    const known = inputs.length > 0 ? inputs : [{ code: 'text', type: 'text', required: true }];
    const parameters = schemaOf(known.map((each) => ({ ...each, description: null })));
    const values = { ...valuesOf(entry.parameters), ...set };
    return [
      {
        ...{ unit, action: null, description: String(entry.description ?? record.description ?? ''), parameters },
        ...{ firstParameter: firstOf(parameters), aliases: [name, key].map((alias) => alias.toLowerCase()) },
        call: (given, signal) => call({ ...values, ...given }, signal),
      },
    ];
  }
  const allowed = keysOf(entry.actions ?? entry.allowedActions ?? record.allowedActions);
  const listed = (await listOf(platform.store, [teamId], record, 'actions')) ?? declaredActions(entry);
  const actions = listed.filter((action) => allowed.length === 0 || isNamed(action, allowed));
  return actions.map((action): Unnamed => {
    const inputs = recordsOf(action.inputs).map(({ datatype, required, description, ...input }) => {
      return { code: codeOf(input), type: datatype, required, description };
    });
    const parameters = schemaOf(inputs);
    const values = { ...defaultsOf(action), ...keptValues(entry, action), ...set };
    const own = String(action.name);
    const aliases = actions.length === 1 ? [name, key, own] : [own];
    return {
      ...{ unit, action: own, description: String(action.description || entry.description || record.description || ''), parameters },
      ...{ firstParameter: firstOf(parameters), aliases: aliases.map((alias) => alias.toLowerCase()) },
      call: (given, signal) => call({ action: own, data: { ...values, ...given } }, signal),
    };
  });
}

/** The actions of a tool that the platform does not know, as the agent was saved with them. */
function declaredActions(entry: JsonRecord): JsonRecord[] {
  const declared = recordsOf(entry.parameters).filter(({ inputs }) => isRecord(inputs));
  const actions = declared.map((action) => ({
    name: action.code ?? action.name,
    description: action.description,
    inputs: Object.entries(action.inputs as JsonRecord).map(([code, input]) => ({ ...(isRecord(input) ? input : {}), code, name: code })),
  }));
  return actions.length > 0 ? actions : [{ name: 'run', inputs: [{ name: 'data' }] }];
}

/** The first parameter that is needed, or else the first. */
const firstOf = ({ required, properties }: JsonRecord): string =>
  (Array.isArray(required) ? String(required[0]) : undefined) ?? Object.keys(isRecord(properties) ? properties : {})[0] ?? 'data';

/** Another agent as a function. */
function agentFunction(row: AssetRow, ask: (row: AssetRow, query: unknown, signal: AbortSignal) => Promise<unknown>): Unnamed {
  const { description, instructions } = bodyOf(row);
  const parameters = schemaOf([{ code: 'query', type: 'string', required: true, description: 'What the agent is to do' }]);
  return {
    ...{ unit: { id: row.assetId, name: row.name, type: 'agent' }, action: null, parameters, firstParameter: 'query' },
    ...{ description: String(description ?? instructions ?? ''), aliases: [row.name, row.assetId].map((alias) => alias.toLowerCase()) },
    call: (given, signal) => ask(row, given.query ?? given, signal),
  };
}

/** A name that language models accept, which no other function has yet. */
function functionName(wish: string, taken: ReadonlySet<string>): string {
  const plain = wish.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 60) || 'tool';
  for (let number = 1; ; number++) {
    const name = number === 1 ? plain : `${plain}_${number}`;
    if (!taken.has(name)) return name;
  }
}

/** What the language model of an agent can call: the actions of its tools, its models and its sub-agents. */
export async function agentFunctions(
  source: Source,
  agent: JsonRecord,
  ask: (row: AssetRow, query: unknown, signal: AbortSignal) => Promise<unknown>,
): Promise<AgentFunction[]> {
  const { store } = source.platform;
  // The first generation keeps tools under `assets`.
  const listed = Array.isArray(agent.tools) && agent.tools.length > 0 ? agent.tools : agent.assets;
  const entries = [listed].flat().map((entry) => (typeof entry === 'string' ? { id: entry } : entry));
  const unnamed: Unnamed[] = [];
  for (const entry of recordsOf(entries)) unnamed.push(...(await functionsOf(source, entry)));
  for (const id of [agent.agents].flat().flatMap((each) => (isRecord(each) ? keysOf([each.id ?? each.assetId]) : keysOf(each)))) {
    const row = await findRow(store, [source.teamId], id);
    if (row && agentCollections.includes(row.collection)) unnamed.push(agentFunction(row, ask));
  }
  const taken = new Set<string>();
  return unnamed.map((each) => {
    const several = unnamed.filter(({ unit }) => unit.id === each.unit.id).length > 1;
    const name = functionName(several && each.action !== null ? `${each.unit.name}_${each.action}` : each.unit.name, taken);
    taken.add(name);
    return { ...each, name, aliases: [...each.aliases, name.toLowerCase()] };
  });
}
