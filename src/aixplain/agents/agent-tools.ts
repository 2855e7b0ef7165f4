import { type CallOptions, NotFoundError, ValidationError } from '#front';
import { isObject, loadRecord } from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { type AgentToolJson, Asset } from '../models/asset.js';
import { Model } from '../models/model.js';
import type { Json } from '../steps.js';
import { Tool } from '../tools/tool.js';

/** What an agent can use: a tool, a model or an integration as a record, by its id, or as the platform describes it. */
export type AgentTool = Asset | string | AgentToolJson;

/** How an agent's tools are sent. @throws ValidationError for what is not a tool. */
export function toolsToSend(aix: AixplainConnection, tools: readonly AgentTool[], call: CallOptions = {}): Promise<Json[]> {
  return Promise.all(tools.map((tool) => toolToSend(aix, tool, call)));
}

async function toolToSend(aix: AixplainConnection, tool: AgentTool, call: CallOptions): Promise<Json> {
  if (tool instanceof Tool) return tool.toAgentTool(call);
  if (tool instanceof Asset) return tool.toAgentTool();
  if (typeof tool === 'string') return resolved(aix, tool, call);
  if (!isObject(tool)) {
    const message = `has ${JSON.stringify(tool)}, which is not a tool, its id, or an object`;
    throw new ValidationError(`tools of an agent: it ${message}.`, { details: [{ field: 'tools', message }] });
  }
  const described = respelled(tool);
  if (typeof tool.type === 'string' || typeof tool.id !== 'string') return described;
  return { ...(await resolved(aix, tool.id, call)), ...described };
}

/** The keys that the vendor's client writes with underscores, as the platform takes them. */
const spellings: Readonly<Record<string, string>> = {
  asset_id: 'assetId',
  allow_multi: 'allowMulti',
  supports_variables: 'supportsVariables',
};

/** The description of a tool in the platform's spelling, with its parameters and the inputs of its actions. */
function respelled(tool: Json): Json {
  const renamed = (json: Json): Json => Object.fromEntries(Object.entries(json).map(([key, value]) => [spellings[key] ?? key, value]));
  const parameters = (list: readonly unknown[]): unknown[] =>
    list.map((each) => {
      if (!isObject(each)) return each;
      const { inputs } = each;
      if (!isObject(inputs)) return renamed(each);
      const entries = Object.entries(inputs).map(([code, input]) => [code, isObject(input) ? renamed(input) : input]);
      return { ...renamed(each), inputs: Object.fromEntries(entries) as Json };
    });
  return { ...renamed(tool), ...(Array.isArray(tool.parameters) && { parameters: parameters(tool.parameters) }) };
}

/** A tool, else a model, of that id; the id alone if there is neither. */
async function resolved(aix: AixplainConnection, id: string, call: CallOptions): Promise<Json> {
  for (const Class of [Tool, Model]) {
    try {
      const found = await aix.bind(Class as typeof Asset).get(id, call);
      return found instanceof Tool ? await found.toAgentTool(call) : await found.toAgentTool();
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  return { id };
}

/** A tool of an agent as a record, without a request; null for one that only its id tells. */
export function toolRecord(aix: AixplainConnection | null, tool: AgentTool): Asset | null {
  if (tool instanceof Asset) return tool;
  if (!isObject(tool) || typeof tool.id !== 'string') return null;
  const { parameters, actions, type, ...rest } = respelled(tool);
  const json = { ...rest, function: functionOf(rest.function), version: versionOf(rest.version), type: type ?? 'tool' };
  const Class = (type === 'model' ? Model : Tool) as typeof Asset;
  const listed = Array.isArray(parameters) ? parameters.filter(isObject) : [];
  if (type === 'model') {
    const params = listed.map(({ name, value, datatype, required, fixed, allowMulti }) => ({
      name,
      dataType: datatype,
      required,
      isFixed: fixed,
      multipleValues: allowMulti,
      defaultValues: value === undefined || value === null ? [] : [{ value }],
    }));
    return loadRecord(aix ? aix.bind(Class) : Class, { ...json, ...(listed.length > 0 && { params }) }, aix);
  }
  const allowed = Array.isArray(actions) ? actions.map(String) : listed.map((each) => String(each.name ?? each.code));
  const record = loadRecord(aix ? aix.bind(Class) : Class, { allowedActions: allowed, ...json }, aix) as Tool;
  for (const action of listed) record.actions.describe(action);
  return record;
}

function functionOf(value: unknown): unknown {
  return typeof value === 'string' ? { id: value } : value;
}

function versionOf(value: unknown): unknown {
  return typeof value === 'string' ? { id: value } : value;
}

/** The values of inputs that a run sends: for every tool that is a record and has some. */
export function toolOverrides(tools: readonly AgentTool[]): Json[] {
  return tools.flatMap((tool) => {
    const parameters = tool instanceof Asset && tool.id !== null ? tool.runParameters() : [];
    return parameters.length > 0 ? [{ id: (tool as Asset).id, parameters }] : [];
  });
}

/** What makes two lists of tools the same: their ids and types. The values of inputs are sent with each run, and so do not count. */
export function sameTools(local: unknown, saved: unknown): boolean {
  return JSON.stringify(keysOf(local)) === JSON.stringify(keysOf(saved));
}

function keysOf(tools: unknown): unknown {
  return Array.isArray(tools) ? tools.map((tool: unknown) => (isObject(tool) ? (tool.id ?? tool) : tool)) : tools;
}
