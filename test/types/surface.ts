/** Compile-time tests of the names that the documents promise: that this file compiles is the test. */
import {
  APIError,
  type BaseDeleteParams,
  type BaseGetParams,
  type BaseParams,
  BaseResource,
  type BaseRunParams,
  type BaseSearchParams,
  DeleteResourceMixin,
  type DeleteResult,
  Entity,
  GetResourceMixin,
  Page,
  ResourceError,
  Result,
  type Run,
  RunnableResourceMixin,
  type RunStream,
  SearchResourceMixin,
  type StreamEvent,
  type StreamOptions,
  StreamResourceMixin,
} from '../../src/index.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => undefined;

const Full = RunnableResourceMixin(DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))));

class Answer extends Result {}

/** Every hook that can be overridden, and every static. */
@Entity({ path: 'tools' })
export class Overriding extends Full {
  static override resourcePath = 'v2/tools';
  static override paginatePath = 'all';
  static override paginateMethod = 'get';
  static override paginateItemsKey = 'items';
  static override paginateTotalKey = 'count';
  static override paginatePageTotalKey = 'pages';
  static override paginateDefaultPageNumber = 1;
  static override paginateDefaultPageSize = 50;
  static override runActionPath = 'start';
  static override responseClass = Answer;

  override beforeSave(...args: unknown[]): unknown {
    return super.beforeSave(...args);
  }
  override afterSave(resultOrError: unknown, ...args: unknown[]): unknown {
    return super.afterSave(resultOrError, ...args);
  }
  override beforeClone(...args: unknown[]): unknown {
    return super.beforeClone(...args);
  }
  override afterClone(resultOrError: unknown, ...args: unknown[]): unknown {
    return super.afterClone(resultOrError, ...args);
  }
  override beforeRefresh(...args: unknown[]): unknown {
    return super.beforeRefresh(...args);
  }
  override async afterRefresh(resultOrError: unknown, ...args: unknown[]): Promise<unknown> {
    return super.afterRefresh(resultOrError, ...args);
  }
  override beforeDelete(): void {}
  override afterDelete(): void {}
  override beforeRun(): void {}
  override afterRun(): void {}
  override onPoll(): void {}
  override buildSavePayload(scope: Parameters<BaseResource['buildSavePayload']>[0]): Record<string, unknown> {
    return super.buildSavePayload(scope);
  }
  override buildDeletePayload(params: BaseDeleteParams): unknown {
    return super.buildDeletePayload(params);
  }
  override buildDeleteUrl(params: BaseDeleteParams): string {
    return super.buildDeleteUrl(params);
  }
  override handleDeleteResponse(response: unknown, deletedId: string): DeleteResult {
    return super.handleDeleteResponse(response, deletedId);
  }
  override buildRunUrl(params: Readonly<Record<string, unknown>>): string {
    return super.buildRunUrl(params);
  }
  override buildRunPayload(params: Readonly<Record<string, unknown>>, options: BaseRunParams): unknown {
    return super.buildRunPayload(params, options);
  }
  override handleRunResponse(response: unknown, params: Readonly<Record<string, unknown>>): Result {
    return super.handleRunResponse(response, params);
  }
  override handlePollResponse(response: unknown, started?: Result): Result {
    return super.handlePollResponse(response, started);
  }
}

/** A subclass of a subclass says something else. */
export class Again extends Overriding {
  static override paginateMethod = 'POST';
  static override resourcePath = 'v3/tools';
}

interface Piece {
  text: string;
}

/** Every member of streams that can be overridden, and the type of the chunks. */
export class Streaming extends StreamResourceMixin(Overriding) {
  static override streamEndMarker: string | null = null;
  declare readonly streamChunk: Piece;

  override readChunk(event: StreamEvent): Piece | null {
    return event.event === 'message' ? { text: event.data } : null;
  }
  override isStreamEnd(event: StreamEvent): boolean {
    return super.isStreamEnd(event);
  }
  override chunkText(chunk: Piece): string {
    return chunk.text;
  }
  override streamResult(chunks: readonly Piece[]): unknown {
    return super.streamResult(chunks);
  }
  override buildStreamPayload(params: Readonly<Record<string, unknown>>, options: StreamOptions): unknown {
    return super.buildStreamPayload(params, options);
  }
  override buildStreamUrl(params: Readonly<Record<string, unknown>>): string {
    return super.buildStreamUrl(params);
  }
}

export async function streams(record: Streaming): Promise<void> {
  const stream = record.stream({ text: 'hi' }, { signal: AbortSignal.timeout(1), timeout: 60, identifier: 'i', hooks: false });
  holds<Equal<typeof stream, RunStream<Piece>>>();
  for await (const chunk of stream) holds<Equal<typeof chunk, Piece>>();
  holds<Equal<Awaited<ReturnType<typeof stream.text>>, string>>();
  record.on('chunk', ({ chunk, index, resource }) => {
    holds<Equal<typeof chunk, Piece>>();
    holds<Equal<typeof index, number>>();
    holds<Equal<typeof resource, Streaming>>();
  });
  holds<Equal<typeof Streaming.streamEndMarker, string | null>>();
  // @ts-expect-error a stream is not waited for
  record.stream({}, { waitTime: 1 });
}

export function statics(): void {
  holds<Equal<typeof Full.paginatePath, string>>();
  holds<Equal<typeof Full.paginateDefaultPageSize, number>>();
  holds<Equal<typeof Full.runActionPath, string>>();
  holds<Equal<typeof Full.resourcePath, string | undefined>>();
}

export function parameters(): [BaseParams, BaseGetParams, BaseSearchParams, BaseDeleteParams, BaseRunParams] {
  return [
    { apiKey: 'k' },
    { apiKey: 'k', id: 'a', host: 'h', resourcePath: 'p' },
    {
      apiKey: 'k',
      resourcePath: 'p',
      paginateItemsKey: 'i',
      query: 'q',
      ownership: 'o',
      sortBy: 'a',
      sortOrder: 'asc',
      pageNumber: 0,
      pageSize: 1,
    },
    { apiKey: 'k', resourcePath: 'p' },
    {
      apiKey: 'k',
      timeout: 1,
      waitTime: 1,
      runRetries: 1,
      runRetryWait: 1,
      identifier: 'i',
      sessionId: 's',
      showProgress: true,
      state: { a: 1 },
    },
  ];
}

export function members(run: Run, error: unknown): void {
  holds<Equal<typeof run.completed, boolean>>();
  if (error instanceof APIError) holds<Equal<typeof error.status, number>>();
  else if (error instanceof ResourceError) holds<Equal<typeof error.status, number | undefined>>();
  const page = new Page([1, 2], 0, 1, 2);
  holds<Equal<typeof page, Page<number>>>();
}

export function refusals(): void {
  const search = Again.search();
  // @ts-expect-error a search has no results before it is awaited
  search.results;
  // @ts-expect-error nor can it be iterated without await
  for (const each of search) void each;
}
