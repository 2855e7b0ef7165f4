import { type CallOptions, ValidationError } from '#front';
import { isObject, nearestName } from '../../vendor.js';
import type { Asset } from '../models/asset.js';
import { actionInputs } from '../models/input-spec.js';
import { type InputValues, inputValues } from '../models/inputs.js';
import type { Json } from '../steps.js';
import { callAsset } from './call-asset.js';

/** What a tool or an integration can do. */
export class Action {
  readonly #actions: Actions;
  /** The name, by which it is run. */
  readonly name: string;
  /** The name for people. */
  readonly displayName: string;
  /** The name in the platform's spelling. */
  readonly slug: string;
  /** What it does. */
  readonly description: string;

  constructor(actions: Actions, { name, displayName, slug, description }: Json) {
    this.#actions = actions;
    this.name = text(name) || text(slug);
    this.slug = text(slug) || text(name);
    this.displayName = text(displayName) || this.name;
    this.description = text(description);
  }

  /** Its inputs, with the values that are set for runs. They are asked for once. */
  inputs(options: CallOptions = {}): Promise<InputValues> {
    return this.#actions.inputsOf(this.name, options);
  }
}

/** The actions of a tool or an integration. The platform is asked for them when they are first needed. */
export class Actions {
  readonly #asset: Asset;
  readonly #source: () => Promise<string | null>;
  #listed: Promise<readonly Action[]> | undefined;
  readonly #inputs = new Map<string, { name: string; values: InputValues; description: string; slug: string }>();

  /** @param source Resolves to the id, encoded, of who else can describe the actions; null for nobody. */
  constructor(asset: Asset, source: () => Promise<string | null> = async () => null) {
    this.#asset = asset;
    this.#source = source;
  }

  /** All actions. @throws OperationFailedError if the platform cannot list them. */
  list(options: CallOptions = {}): Promise<readonly Action[]> {
    this.#listed ??= this.#ask('LIST_ACTIONS', {}, options)
      .then((found) => found.map((each) => new Action(this, each)).filter(({ name }) => name !== ''))
      .catch((error: unknown) => {
        this.#listed = undefined;
        throw error;
      });
    return this.#listed;
  }

  /** An action by its name or slug, whatever the case. It is not looked up before its inputs are asked for. */
  get(name: string): Action {
    return new Action(this, { name });
  }

  /** Whether there is an action of this name or slug. */
  async has(name: string, options: CallOptions = {}): Promise<boolean> {
    return (await this.list(options)).some((action) => isCalled(action, name));
  }

  /** Forgets what is known, so that the platform is asked again. Values that were set are kept. */
  refresh(): void {
    this.#listed = undefined;
  }

  /**
   * The inputs of an action.
   *
   * @throws ValidationError if there is no such action.
   */
  async inputsOf(name: string, options: CallOptions = {}): Promise<InputValues> {
    const known = this.known(name);
    if (known) return known;
    const described = await this.#ask('LIST_INPUTS', { actions: [name] }, options);
    const found = described.find((each) => isCalled({ name: text(each.name), slug: text(each.slug) }, name));
    if (!found) throw await this.#unknown(name, options);
    return this.describe(found, name);
  }

  /** The inputs of an action, if the platform was asked for them before, or the agent that has the tool told them. */
  known(name: string): InputValues | undefined {
    return this.#inputs.get(name.toLowerCase())?.values;
  }

  /** Takes over what an agent, or the platform, says of an action. */
  describe(description: Json, asked?: string): InputValues {
    const name = text(description.name) || text(description.code);
    const slug = text(description.slug) || text(description.code) || name;
    const values = inputValues(`inputs of ${name} of ${String(this.#asset)}`, actionInputs(description.inputs));
    const entry = { name, slug, description: text(description.description), values };
    for (const key of [name, slug, asked]) if (key) this.#inputs.set(key.toLowerCase(), entry);
    return values;
  }

  /** The actions whose inputs are known, each once. */
  get described(): { name: string; slug: string; description: string; values: InputValues }[] {
    return [...new Set(this.#inputs.values())];
  }

  async #ask(action: string, data: unknown, options: CallOptions): Promise<Json[]> {
    const asset = this.#asset;
    const attempt = `${action} of ${String(asset)}`;
    const listOf = ({ data: found }: Json): Json[] => (Array.isArray(found) ? found.filter(isObject) : []);
    try {
      return listOf(await callAsset(asset, asset.encodedId, { action, data }, { ...options, attempt }));
    } catch (error) {
      const source = await this.#source();
      if (source === null || options.signal?.aborted) throw error;
      asset.context?.warn(`${(error as Error).message} Its integration is asked instead.`, asset);
      return listOf(await callAsset(asset, source, { action, data }, { ...options, attempt }));
    }
  }

  async #unknown(name: string, options: CallOptions): Promise<ValidationError> {
    const names = await this.list(options).then(
      (actions) => actions.map((action) => action.name),
      () => [],
    );
    const nearest = nearestName(name, names);
    const advice = nearest === undefined ? `known are ${names.join(', ') || 'none'}` : `did you mean ${nearest}?`;
    return new ValidationError(`${String(this.#asset)} has no action ${JSON.stringify(name)}, or none with inputs (${advice}).`, {
      details: [{ field: 'action', message: `is unknown (${advice})` }],
    });
  }
}

/** Whether an action is meant by a name or slug. */
export function isCalled({ name, slug }: { name: string; slug: string }, wanted: string): boolean {
  return [name, slug].some((each) => each.toLowerCase() === wanted.toLowerCase());
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
