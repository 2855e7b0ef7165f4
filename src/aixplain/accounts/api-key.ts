import { Transform } from 'class-transformer';
import {
  type Attributes,
  type BaseResource,
  type CallOptions,
  Entity,
  Field,
  type FieldProblem,
  NotFoundError,
  ResourceError,
  type SaveOptions,
  type SaveScope,
  UnprocessableEntityError,
  ValidationError,
} from '#front';
import {
  callOptions,
  entityOptions,
  isObject,
  namesOf,
  newRecord,
  pathOf,
  type RecordClass,
  requireConnection,
  type TransportRequest,
} from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { Model } from '../models/model.js';
import { AixplainResource } from '../resource.js';
import {
  type AssetLimits,
  type KeyUsage,
  limitsFromWire,
  limitsToWire,
  modelText,
  problemsWithLimits,
  readUsage,
  type UsageLimits,
} from './limits.js';

export interface KeySaveOptions extends SaveOptions {
  /** Whether a key of the same name that there is already becomes this one, with these values. Default: false, which is an error. */
  takeOver?: boolean | undefined;
}

const each =
  (convert: (value: unknown) => unknown) =>
  ({ value }: { value: unknown }): unknown =>
    Array.isArray(value) ? value.map(convert) : convert(value);

/** A key to the platform, with a budget and limits. Its text is in `key` once, after it was created. */
@Entity({ path: 'sdk/api-keys', search: { method: 'GET', path: '', pageParam: '' } })
export class APIKey extends AixplainResource {
  /** The options of `save()` besides those of every record. */
  static saveOptions = namesOf<Omit<KeySaveOptions, keyof SaveOptions>>({ takeOver: true });

  /** In credits. */
  @Field() budget?: number | null;
  /** When the key stops working; null or absent for never. */
  @Field({ type: Date }) expiresAt?: Date | null;
  /** The limits of all models together. */
  @Field()
  @Transform(({ value }) => limitsFromWire(value), { toClassOnly: true })
  @Transform(({ value }) => limitsToWire(value), { toPlainOnly: true })
  globalLimits?: UsageLimits | null;
  /** The limits of single models. */
  @Field({ name: 'assetsLimits' })
  @Transform(each(limitsFromWire), { toClassOnly: true })
  @Transform(each(limitsToWire), { toPlainOnly: true })
  assetLimits?: AssetLimits[] | null;
  /** The key itself: whole in the response that creates it, masked in all others. */
  @Field({ readOnly: true, name: 'accessKey', secret: true }) readonly key?: string | null;
  /** Whether the key is one of the team's administrators. */
  @Field({ readOnly: true }) readonly isAdmin?: boolean | null;

  constructor(attributes?: Attributes<APIKey>) {
    super(attributes);
  }

  /** Makes a new key and saves it. @throws as the constructor and `save()` do. */
  static override create<R extends BaseResource>(this: RecordClass<R>, attributes?: Attributes<R>, options?: KeySaveOptions): Promise<R> {
    return newRecord(this, attributes).save({}, options);
  }

  /** The key of which these are the first and the last letters. @throws ValidationError for fewer than 8, ResourceError if there is none. */
  static async getByAccessKey<K extends APIKey>(this: RecordClass<K>, accessKey: string, options: CallOptions = {}): Promise<K> {
    if (typeof accessKey !== 'string' || accessKey.length < 8)
      throw new ValidationError('getByAccessKey: an access key has at least 8 letters.', {
        details: [{ field: 'accessKey', message: 'is too short' }],
      });
    const Keys = this as unknown as typeof APIKey;
    const isIt = ({ key }: APIKey): boolean =>
      typeof key === 'string' && key.slice(0, 4) === accessKey.slice(0, 4) && key.slice(-4) === accessKey.slice(-4);
    const found = (await Keys.search({}, options).toArray()).find(isIt);
    if (found) return found as K;
    throw new ResourceError('getByAccessKey: there is no such key.');
  }

  /** What was used today with the key that the connection has. */
  static async usage<K extends APIKey>(this: RecordClass<K>, options: CallOptions = {}): Promise<KeyUsage[]> {
    const path = `${pathOf(this)}/usage-limits`;
    const connection = requireConnection(this, 'read the usage of');
    const { errors: decodeError } = entityOptions(this);
    const { body } = await connection.send({ ...callOptions(options), method: 'GET', path, attempt: 'usage of APIKey', decodeError }, this);
    return usageIn(body, 'usage of APIKey');
  }

  /** What was used today with this key; with `model`, a record or an id, only of that model. */
  async usage(options: CallOptions & { model?: Model | string } = {}): Promise<KeyUsage[]> {
    const { model, ...call } = options;
    const all = usageIn(await this.action(['usage-limits'], call), `usage of ${String(this)}`);
    const id = model instanceof Model ? model.id : model;
    return id === undefined ? all : all.filter((usage) => usage.model === id);
  }

  /** Sets a limit, of one model or of all together. It is sent by `save()`. @throws ValidationError for a model without limits. */
  setLimit(name: keyof Omit<UsageLimits, 'tokenType'>, value: number, model?: AssetLimits['model']): void {
    if (model === undefined) {
      this.globalLimits = { ...this.globalLimits, [name]: value };
      return;
    }
    const wanted = modelText(model);
    const ids = [wanted, isObject(model) ? model.id : undefined];
    const found = (this.assetLimits ?? []).find((limits) => ids.includes(modelText(limits.model)));
    if (!found) throw new ValidationError(`${String(this)} has no limits for ${String(wanted)}. Add them to assetLimits.`);
    found[name] = value;
  }

  override save(attributes: Attributes<this> = {}, options: KeySaveOptions = {}): Promise<this> {
    return super.save(attributes, options);
  }

  override update(attributes: Attributes<this> = {}, options: KeySaveOptions = {}): Promise<this> {
    return this.save(attributes, options);
  }

  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const problems = problemsOf(this);
    if (problems.length > 0)
      throw new ValidationError(`save of ${String(this)}: ${problems.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, {
        details: problems,
      });
    const { name, budget, expiresAt, globalLimits, assetsLimits = [] } = super.buildSavePayload(scope);
    return {
      name,
      budget: budget ?? null,
      ...(scope.creates ? {} : { id: this.id }),
      ...((expiresAt ?? null) !== null && { expiresAt }),
      ...((globalLimits ?? null) !== null && { globalLimits }),
      assetsLimits,
    };
  }

  /** Models that are named by their paths are looked up, because limits are by ids. */
  override async requestSave(request: TransportRequest, scope: SaveScope, options: KeySaveOptions): Promise<unknown> {
    const body = request.body as { name?: unknown; assetsLimits?: { assetId: string }[] };
    const limits = body.assetsLimits ?? [];
    const assetsLimits = await Promise.all(limits.map(async (limit) => ({ ...limit, assetId: await this.#idOf(limit.assetId, options) })));
    const given = new Map(assetsLimits.map(({ assetId }, index) => [assetId, limits[index]?.assetId]));
    const response = await this.#send({ ...request, body: { ...body, assetsLimits } }, scope, options);
    if (!isObject(response) || !Array.isArray(response.assetsLimits)) return response;
    const named = response.assetsLimits.map((limit: unknown) =>
      isObject(limit) ? { ...limit, assetId: given.get(limit.assetId as string) ?? limit.assetId } : limit,
    );
    return { ...response, assetsLimits: named };
  }

  async #send(request: TransportRequest, scope: SaveScope, options: KeySaveOptions): Promise<unknown> {
    try {
      return await super.requestSave(request, scope, options);
    } catch (error) {
      if (!options.takeOver || !scope.creates || !(error instanceof UnprocessableEntityError)) throw error;
      const Keys = (this.requireConnection('save') as AixplainConnection).bind(this.constructor as typeof APIKey);
      const same = (await Keys.search({}, callOptions(options)).toArray()).find(({ name }) => name === this.name);
      if (!same) throw error;
      const body = { ...(request.body as object), id: same.id };
      const answered = await super.requestSave(
        { ...request, method: 'PUT', path: `${pathOf(this.constructor)}/${same.encodedId}`, body, once: false },
        scope,
        options,
      );
      return { ...same.toDict({ secrets: true }), ...(isObject(answered) ? answered : body) };
    }
  }

  async #idOf(model: string, options: SaveOptions): Promise<string> {
    if (!model.includes('/')) return model;
    try {
      return String((await this.requireConnection('save').bind(Model).get(model, callOptions(options))).id);
    } catch (cause) {
      if (!(cause instanceof NotFoundError)) throw cause;
      const message = `has ${JSON.stringify(model)}, which is not the path of a model`;
      throw new ValidationError(`save of ${String(this)}: assetLimits ${message}.`, {
        cause,
        details: [{ field: 'assetLimits', message }],
      });
    }
  }
}

function problemsOf({ budget, globalLimits, assetLimits }: APIKey): FieldProblem[] {
  const own = typeof budget === 'number' && budget < 0 ? [{ field: 'budget', message: 'must be 0 or more' }] : [];
  const single = (assetLimits ?? []).flatMap((limits, index) =>
    problemsWithLimits({ ...limits, model: limits.model }, `assetLimits.${index}`),
  );
  return [...own, ...problemsWithLimits(globalLimits, 'globalLimits'), ...single];
}

function usageIn(body: unknown, attempt: string): KeyUsage[] {
  if (Array.isArray(body)) return body.filter(isObject).map(readUsage);
  throw new ResourceError(`${attempt}: expected a list, got ${typeof body}.`);
}
