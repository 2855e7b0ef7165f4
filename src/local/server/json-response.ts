const contentType = 'application/json';

/**
 * A response whose body is JSON text. Streams are made only for those who read it as one: what knows the class takes `content`,
 * which costs a fraction of the time.
 */
export class JsonResponse extends Response {
  readonly #content: string;
  #read: Response | undefined;

  constructor(content: string, status: number, headers?: Headers) {
    super(null, { status, headers: headers ?? { 'content-type': contentType } });
    this.#content = content;
  }

  /** The whole body; undefined once it was read otherwise. */
  get content(): string | undefined {
    return this.bodyUsed ? undefined : this.#content;
  }

  get #response(): Response {
    this.#read ??= new Response(this.#content, { headers: this.headers });
    return this.#read;
  }

  override get body(): Response['body'] {
    return this.#response.body;
  }

  override get bodyUsed(): boolean {
    return this.#read !== undefined && (this.#read.bodyUsed || this.#read.body?.locked === true);
  }

  override text(): Promise<string> {
    return this.#response.text();
  }

  override json(): Promise<unknown> {
    return this.#response.json();
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.#response.arrayBuffer();
  }

  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.arrayBuffer());
  }

  override blob(): Promise<Blob> {
    return this.#response.blob();
  }

  override formData(): Promise<FormData> {
    return this.#response.formData();
  }

  override clone(): Response {
    if (this.content === undefined) return this.#response.clone(); // which says why it is impossible
    return new JsonResponse(this.#content, this.status, new Headers(this.headers));
  }
}
