import {
  type Attributes,
  type BaseSearchParams,
  type CallOptions,
  type DownloadTarget,
  Entity,
  Field,
  ResourceError,
  type SaveOptions,
  type SaveScope,
  type TransferProgress,
} from '#front';
import {
  callOptions,
  entityOptions,
  isObject,
  newRecord,
  observerFor,
  pathOf,
  pathSegment,
  type RecordClass,
  type TransportRequest,
} from '../../vendor.js';
import { upload } from '../files/upload.js';
import { AixplainResource } from '../resource.js';
import type { AssetStatus, Privacy } from '../statuses.js';
import { entriesOf, readSkill, type SkillSource } from './skill-folder.js';

export interface SkillSearchParams extends BaseSearchParams {
  /** Only skills with one of these tags. */
  tags?: readonly string[] | undefined;
  /** Only skills of one of these suppliers. */
  suppliers?: readonly string[] | undefined;
  /** Only skills that the user has, or has not, marked. */
  saved?: boolean | undefined;
}

/** What skills were read from. */
const sources = new WeakMap<object, SkillSource>();

/** Instructions and files that an agent can use: `const skill = await aix.Skill.fromPath('skills/pdf'); await skill.save()`. */
@Entity({ path: 'sdk/skill' })
export class Skill extends AixplainResource {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: SkillSearchParams;

  /** Words to find it by. */
  @Field() tags: string[] = [];
  /** Who can see it. Default: `Private`. */
  @Field() privacy: Privacy | (string & {}) = 'Private';
  /** Who may use it although it is private. */
  @Field() whitelist: unknown[] = [];
  /** Its state in its life cycle. */
  @Field({ readOnly: true }) readonly status?: AssetStatus | (string & {}) | null;
  /** The team that it belongs to, as the platform describes it. */
  @Field({ readOnly: true }) readonly team?: unknown;
  /** The user who made it, as the platform describes them. */
  @Field({ readOnly: true }) readonly user?: unknown;
  /** The kind of the asset, in the platform's words. */
  @Field({ readOnly: true }) readonly assetType?: string | null;
  /** The kind of its files. */
  @Field({ readOnly: true }) readonly fileType?: string | null;

  constructor(attributes?: Attributes<Skill>) {
    super(attributes);
  }

  /**
   * A new skill from a folder with a `SKILL.md`, or from one Markdown file. Its name and description are those of the file's head, else the
   * name of the folder or the file. `save()` uploads all files of the folder.
   *
   * @throws ValidationError if there is no such folder or file.
   */
  static async fromPath<S extends Skill>(this: RecordClass<S>, path: string, attributes: Attributes<Skill> = {}): Promise<S> {
    const source = await readSkill(path);
    const { name, description } = source;
    const skill = newRecord(this, { name, description, ...attributes });
    sources.set(skill, source);
    return skill;
  }

  /** The path it was read from; null for one that was not read here. */
  get filePath(): string | null {
    return sources.get(this)?.path ?? null;
  }

  /** What its `SKILL.md` says after the head; null if it was not read here. */
  get instructions(): string | null {
    return sources.get(this)?.instructions ?? null;
  }

  /** The tools it needs, as the head of its `SKILL.md` says. */
  get requiredTools(): readonly string[] {
    return sources.get(this)?.requiredTools ?? [];
  }

  /** How an agent that uses it is told. */
  toAgentSkill(): Record<string, unknown> {
    const { id, name, description } = this;
    return { id, name, description: description ?? '', supplier: 'aixplain', type: 'skill', version: null, assetId: id };
  }

  /**
   * Downloads its files as a ZIP archive. Returns the bytes unless there is a target.
   *
   * @param target A path, or a writable stream.
   */
  download(target?: undefined, options?: SkillDownloadOptions): Promise<Uint8Array>;
  download(target: DownloadTarget, options?: SkillDownloadOptions): Promise<undefined>;
  async download(target?: DownloadTarget, options: SkillDownloadOptions = {}): Promise<Uint8Array | undefined> {
    this.requireId('download');
    const attempt = `download of ${String(this)}`;
    const { client } = this.requireConnection('download');
    const { errors: decodeError } = entityOptions(this.constructor);
    const url = `${pathOf(this.constructor)}/${this.encodedId}/download`;
    return client.download(url, {
      ...options,
      target,
      own: true,
      attempt,
      decodeError,
      observer: observerFor(this, this.requireConnection('download')),
    });
  }

  override async requestSave(request: TransportRequest, scope: SaveScope, options: SaveOptions): Promise<unknown> {
    const response = await super.requestSave(request, scope, options);
    const source = sources.get(this);
    if (!scope.creates || !source) return response;
    const id = isObject(response) ? response.id : undefined;
    if (typeof id !== 'string') return response;
    const path = `${request.path}/${pathSegment(id, 'The id of the skill')}`;
    try {
      if (source.isFolder) await this.#sendFolder(path, source.path, null, options);
      else await this.#sendFile(path, source.path, 'SKILL.md', null, options);
    } catch (error) {
      // Without its files it is of no use, and saving it again would make another one.
      await this.requireConnection('save')
        .send({ method: 'DELETE', path, attempt: `removal of ${String(this)}` }, this)
        .catch(() => undefined);
      throw error;
    }
    return response;
  }

  async #sendFolder(path: string, folder: string, parentId: string | null, options: SaveOptions): Promise<void> {
    const { files, folders } = await entriesOf(folder);
    for (const name of files) await this.#sendFile(path, `${folder}/${name}`, name, parentId, options);
    for (const name of folders) {
      const made = await this.#send(`${path}/folder`, { name, description: '', parentId }, options);
      if (!isObject(made) || typeof made.id !== 'string')
        throw new ResourceError(`save of ${String(this)}: the platform's response to the folder ${JSON.stringify(name)} has no "id".`);
      await this.#sendFolder(path, `${folder}/${name}`, made.id, options);
    }
  }

  async #sendFile(path: string, file: string, name: string, parentId: string | null, options: SaveOptions): Promise<void> {
    const { downloadUrl, s3Url } = await upload(this.requireConnection('save'), file, callOptions(options));
    await this.#send(`${path}/file`, { name, url: downloadUrl ?? s3Url, description: '', parentId }, options);
  }

  async #send(path: string, body: unknown, options: SaveOptions): Promise<unknown> {
    const { errors: decodeError } = entityOptions(this.constructor);
    const attempt = `save of ${String(this)}`;
    const call = { ...callOptions(options), method: 'POST', path, body, once: true, attempt, decodeError };
    return (await this.requireConnection('save').send(call, this)).body;
  }
}

/** Options of `skill.download()`. */
export interface SkillDownloadOptions extends Pick<CallOptions, 'signal'> {
  /** Seconds that the whole download may take. Default: Infinity. */
  timeout?: number | undefined;
  /** Called as the bytes are received. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}
