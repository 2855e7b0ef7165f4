const jsonHeaders: readonly string[] = ['content-type', 'application/json'];

/**
 * A response whose body is JSON text. The objects of the Fetch standard are made only for those who ask for them: what knows the class
 * takes `content` and `fields`, which costs a fraction of the time. Headers are a list: as an object, each with its own names, they take longer
 * than all else here.
 */
export class JsonResponse implements Response {
  readonly #content: string;
  readonly #status: number;
  /** Names in lower case and values in turn. */
  readonly #fields: string[];
  #headers: Headers | undefined;
  #read: Response | undefined;

  /** @param fields The names, in lower case, and the values of headers in turn. */
  constructor(content: string, status: number, fields: readonly string[] = jsonHeaders) {
    this.#content = content;
    this.#status = status;
    this.#fields = [...fields];
  }

  /** The whole body; undefined once it was read otherwise. */
  get content(): string | undefined {
    return this.bodyUsed ? undefined : this.#content;
  }

  /** The names, in lower case, and the values of the headers in turn. */
  get fields(): readonly string[] {
    return this.#headers ? [...this.#headers].flat() : this.#fields;
  }

  /** @param name In lower case. */
  field(name: string): string | null {
    return this.#headers ? this.#headers.get(name) : (this.#fields[this.#placeOf(name) + 1] ?? null);
  }

  /** @param name In lower case. */
  setField(name: string, value: string): void {
    if (this.#headers) {
      this.#headers.set(name, value);
      return;
    }
    const place = this.#placeOf(name);
    if (place < this.#fields.length) this.#fields[place + 1] = value;
    else this.#fields.push(name, value);
  }

  /** Where a name is in the list, or would be added. */
  #placeOf(name: string): number {
    const fields = this.#fields;
    let place = 0;
    while (place < fields.length && fields[place] !== name) place += 2;
    return place;
  }

  get status(): number {
    return this.#status;
  }

  get ok(): boolean {
    return this.#status >= 200 && this.#status < 300;
  }

  get statusText(): string {
    return '';
  }

  get type(): Response['type'] {
    return 'default';
  }

  get url(): string {
    return '';
  }

  get redirected(): boolean {
    return false;
  }

  get headers(): Headers {
    this.#headers ??= new Headers(pairsOf(this.#fields));
    return this.#headers;
  }

  get #response(): Response {
    this.#read ??= new Response(this.#content, { headers: this.headers });
    return this.#read;
  }

  get body(): Response['body'] {
    return this.#response.body;
  }

  get bodyUsed(): boolean {
    return this.#read !== undefined && (this.#read.bodyUsed || this.#read.body?.locked === true);
  }

  text(): Promise<string> {
    return this.#response.text();
  }

  json(): Promise<unknown> {
    return this.#response.json();
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#response.arrayBuffer();
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.arrayBuffer());
  }

  blob(): Promise<Blob> {
    return this.#response.blob();
  }

  formData(): Promise<FormData> {
    return this.#response.formData();
  }

  clone(): Response {
    if (this.content === undefined) return this.#response.clone(); // which says why it is impossible
    return new JsonResponse(this.#content, this.status, this.fields);
  }
}

// A subclass would have to make what the class leaves out.
Object.setPrototypeOf(JsonResponse.prototype, Response.prototype);

function pairsOf(fields: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let place = 0; place < fields.length; place += 2) pairs.push([fields[place] ?? '', fields[place + 1] ?? '']);
  return pairs;
}

/** A header of a response. @param name In lower case. */
export function header(response: Response, name: string): string | null {
  return response instanceof JsonResponse ? response.field(name) : response.headers.get(name);
}

/** Sets a header of a response. @param name In lower case. */
export function setHeader(response: Response, name: string, value: string): void {
  if (response instanceof JsonResponse) response.setField(name, value);
  else response.headers.set(name, value);
}
