import { Ajv, type ValidateFunction } from 'ajv';
import { jsonSchema, type VendorDocument, vendorDocument } from '../../support/vendor-document.js';

interface DocumentedResponse {
  content?: Record<string, { schema?: object }>;
}

interface Operation {
  responses: Record<string, DocumentedResponse>;
}

/** A path of the document, with the pattern of the request paths that match it. */
interface Path {
  template: string;
  pattern: RegExp;
  operations: Record<string, Operation>;
}

/** Statuses that every operation may respond with, documented or not: what the platform adds, such as its limits. */
const anywhere = [400, 401, 413, 414, 501, 503, 507];

/** Checks responses of the local platform against Moderately's OpenAPI document. */
export class Contract {
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #validators = new Map<object, ValidateFunction>();
  readonly #paths: Path[];
  readonly #seen = new Set<string>();
  readonly #errorSchema: object;

  constructor(document: VendorDocument<Operation>) {
    this.#ajv.addFormat('uri', (text) => URL.canParse(text));
    this.#ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
    this.#ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/);
    // Paths without parameters come first: `/files/upload-url` is not a file.
    this.#paths = Object.entries(document.paths)
      .map(([template, operations]) => ({ template, operations, pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`) }))
      .sort((left, right) => Number(left.template.includes('{')) - Number(right.template.includes('{')));
    const files = document.paths['/files']?.get?.responses['400'];
    this.#errorSchema = files?.content?.['application/json']?.schema ?? {};
  }

  /** Every operation and status that was checked, as `GET /files 200`. */
  get seen(): ReadonlySet<string> {
    return this.#seen;
  }

  get operations(): string[] {
    return this.#paths.flatMap(({ template, operations }) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${template}`),
    );
  }

  /** @throws Error when the document does not allow the response. */
  check(method: string, path: string, status: number, body: unknown): void {
    const found = this.#paths.find(({ pattern, operations }) => pattern.test(path) && method.toLowerCase() in operations);
    const operation = found?.operations[method.toLowerCase()];
    if (!found || !operation) return;
    const name = `${method} ${found.template} ${status}`;
    this.#seen.add(name);
    const declared = operation.responses[String(status)];
    if (!declared && !anywhere.includes(status)) throw new Error(`${name} is not in the OpenAPI document.`);
    const schema = declared?.content?.['application/json']?.schema ?? (status >= 400 ? this.#errorSchema : undefined);
    if (!schema) return;
    const validate = this.#validators.get(schema) ?? this.#ajv.compile(jsonSchema(schema) as object);
    this.#validators.set(schema, validate);
    if (!validate(body))
      throw new Error(`${name} does not fit the OpenAPI document: ${this.#ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`);
  }
}

function load(): Contract | undefined {
  const document = vendorDocument<Operation>();
  return document && new Contract(document);
}

let loaded: { contract: Contract | undefined } | undefined;

/** The contract; undefined when the document is not available. It is read on first use. */
export function contract(): Contract | undefined {
  loaded ??= { contract: load() };
  return loaded.contract;
}
