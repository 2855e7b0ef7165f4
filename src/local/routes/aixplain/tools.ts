import { codeOf, isNamed, listOf } from '../../assets/actions.js';
import { collectionOf } from '../../assets/collections.js';
import { actionOfCode } from '../../assets/python.js';
import { bodyOf, insertAsset, updateAsset } from '../../assets/rows.js';
import { generatesText, isRecord, keysOf, recordsOf } from '../../assets/spelling.js';
import type { AppContext } from '../../context.js';
import { handlerOf } from '../../executions/assets/handlers.js';
import { badRequest } from '../../requests/errors.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow } from '../../store/schema.js';
import { loadOwnAsset } from './assets.js';
import { createAsset, isNameTaken } from './resources.js';

const success = (data: unknown): JsonRecord => ({ status: 'SUCCESS', completed: true, data, usedCredits: 0, runTime: 0 });
const failure = (error: string): JsonRecord => ({ status: 'FAILED', completed: true, data: null, error, errorMessage: error });

function isIntegration({ collection }: AssetRow, record: JsonRecord): boolean {
  return collection === 'integrations' || record.functionType === 'connector' || keysOf(record.function).includes('connector');
}

/** The only action of a model, with its parameters as inputs. */
function runAction({ params, description }: JsonRecord): JsonRecord {
  const inputs = recordsOf(params).map((param) => ({
    name: param.name,
    code: param.name,
    datatype: param.dataType,
    required: param.required,
    allowMulti: param.multipleValues,
    fixed: param.isFixed,
    defaultValue: param.defaultValues,
    availableOptions: param.availableOptions,
  }));
  return { name: 'run', description, inputs };
}

function actionForm({ name, slug, displayName, description }: JsonRecord): JsonRecord {
  return { name, displayName: displayName ?? name, slug: slug ?? name, description: description ?? '' };
}

function inputForm(input: JsonRecord): JsonRecord {
  const code = codeOf(input);
  return {
    name: input.name ?? code,
    code,
    value: input.value ?? [],
    availableOptions: input.availableOptions ?? [],
    datatype: input.datatype ?? 'string',
    allowMulti: input.allowMulti ?? false,
    supportsVariables: input.supportsVariables ?? false,
    defaultValue: input.defaultValue ?? [],
    required: input.required ?? false,
    fixed: input.fixed ?? false,
    description: input.description ?? '',
  };
}

function inputsForm(action: JsonRecord): JsonRecord {
  const { name, slug, description } = actionForm(action);
  return { name, slug, description, inputs: recordsOf(action.inputs).map(inputForm) };
}

/** The scheme a connection authenticates with: the one asked for, else a bearer token where that is possible. */
function authenticationScheme(record: JsonRecord, asked: unknown): string {
  if (typeof asked === 'string' && asked !== '') return asked;
  const { auth_schemes: listed } = isRecord(record.attributes) ? record.attributes : {};
  const schemes = typeof listed === 'string' ? (listed.match(/[A-Z][A-Z0-9_]*/g) ?? []) : keysOf(listed);
  return schemes.includes('BEARER_TOKEN') ? 'BEARER_TOKEN' : (schemes[0] ?? 'NO_AUTH');
}

/**
 * Connects an integration: makes a tool, or connects the tool `data.assetId` again. Credentials are not kept; of a
 * function's code its name and its parameters are, which are the tool's only action.
 */
async function connect(c: AppContext, integration: AssetRow, { name, description, data, authScheme }: JsonRecord): Promise<JsonRecord> {
  const { platform } = c.var;
  const tools = collectionOf('tools');
  const config = isRecord(data) ? data : {};
  const again = typeof config.assetId === 'string' ? await loadOwnAsset(c, 'tools', config.assetId) : undefined;
  const about = bodyOf(integration);
  const action = actionOfCode(config);
  // The integration may say more of the function than its code does.
  const described = action && recordsOf(about.actions).find((each) => isNamed(each, [String(action.name)]));
  const own = action ? { actions: [described ?? action] } : {};
  return await platform.store.transaction().execute(async (store) => {
    if (again) {
      const row = await updateAsset(store, platform.clock, again, { ...bodyOf(again), ...own });
      return success({ id: row.assetId, redirectURL: null });
    }
    const wish = typeof name === 'string' && name.trim() !== '' ? name : `${integration.name} ${platform.newId()}`;
    if (await isNameTaken(store, c.var.principal.homeTeamId, tools.name, wish)) return failure('name_already_exists');
    const scheme = authenticationScheme(about, authScheme);
    const sentence = `Authentication scheme used for this connections: ${scheme}`;
    const tool = {
      name: wish,
      description: typeof description === 'string' && description !== '' ? `${description}\n${sentence}` : sentence,
      status: 'onboarded',
      parentModelId: integration.assetId,
      function: { id: 'utilities' },
      functionType: 'connection',
      actionsAvailable: true,
      type: 'tool',
      attributes: about.attributes ?? {},
      ...own,
    };
    const row = await createAsset(c, store, tools, tool);
    return success({ id: row.assetId, redirectURL: null });
  });
}

/** Subscribes a tool to an event of its integration. */
async function activateTrigger(c: AppContext, tool: AssetRow, record: JsonRecord, data: unknown): Promise<JsonRecord> {
  const { platform } = c.var;
  const { slug, config = {} } = isRecord(data) ? data : {};
  const known = await listOf(c.var.platform.store, c.var.principal.teamIds, record, 'triggers');
  if (typeof slug !== 'string' || (known && !known.some((trigger) => isNamed(trigger, [slug])))) {
    return failure(`supplier_error: trigger '${String(slug)}' not found`);
  }
  const identity = { assetId: platform.newId(), teamId: tool.teamId, collection: 'trigger-subscriptions', parentId: tool.assetId };
  const row = await platform.store.transaction().execute((store) => insertAsset(store, platform.clock, identity, { name: slug, config }));
  return success({ trigger_id: row.assetId });
}

async function deleteTrigger(c: AppContext, tool: AssetRow, data: unknown): Promise<JsonRecord> {
  const id = isRecord(data) ? String(data.trigger_id ?? data.triggerId) : '';
  const query = c.var.platform.store.deleteFrom('assets').where('assetId', '=', id).where('parentId', '=', tool.assetId);
  const { numDeletedRows } = await query.executeTakeFirstOrThrow();
  return numDeletedRows > 0n ? success({ deleted: true }) : failure(`supplier_error: trigger '${id}' not found`);
}

/**
 * What a run of a tool, a model or an integration asks of the platform itself: its actions, their inputs, its events, a
 * connection. Undefined for a run of the asset. A tool that does not say what its actions are asks its handler.
 * @throws HttpError 400 for an integration's action that is not text.
 */
export async function platformAction(c: AppContext, asset: AssetRow, input: JsonRecord): Promise<JsonRecord | undefined> {
  const record = bodyOf(asset);
  const integration = isIntegration(asset, record);
  const { action, data } = input;
  if (typeof action !== 'string') {
    if (!integration) return undefined;
    if (action !== undefined && action !== null) throw badRequest("The parameter 'action' of an integration must be text.");
    return await connect(c, asset, input);
  }
  // The handler of a language model says things; those of others may know actions.
  const hasHandler = !generatesText(record) && handlerOf(c.var.platform, asset, record) !== undefined;
  const actions = await listOf(c.var.platform.store, c.var.principal.teamIds, record, 'actions');
  const listable = actions ?? (asset.collection === 'models' ? [runAction(record)] : []);
  switch (action) {
    case 'LIST_ACTIONS':
      return actions || !hasHandler ? success(listable.map(actionForm)) : undefined;
    case 'LIST_INPUTS': {
      if (!actions && hasHandler) return undefined;
      const names = isRecord(data) ? keysOf(data.actions) : [];
      // An integration has inputs once it is connected.
      const asked = integration ? [] : listable.filter((each) => names.length === 0 || isNamed(each, names));
      return success(asked.map(inputsForm));
    }
    case 'list_trigger_types': {
      const types = (await listOf(c.var.platform.store, c.var.principal.teamIds, record, 'triggers')) ?? [];
      return success(types.map((type) => ({ slug: type.slug ?? type.name, config: {}, payload: {}, ...type })));
    }
    case 'activate_trigger':
      return await activateTrigger(c, asset, record, data);
    case 'delete_trigger':
      return await deleteTrigger(c, asset, data);
    default:
      if (actions?.some((each) => isNamed(each, [action]))) return undefined;
      return actions || (integration && !hasHandler) ? failure('supplier_error: tool not found') : undefined;
  }
}
