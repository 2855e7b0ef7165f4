/**
 * What both front doors offer: everything but `Connection`, which each of them wires to where it runs.
 *
 * @module
 */
export type { ConnectionOptions } from './connection.js';
export type { HttpTransport } from './http/adapters/adapter.js';
export type { Fetch } from './http/adapters/fetch.js';
export type { BodyLimits } from './http/body-limits.js';
export type { Credentials } from './http/credentials.js';
export type { ByteStream, Bytes, UploadInput } from './http/files/content.js';
export type { DownloadTarget, NodeWritable } from './http/files/download-options.js';
export type { TransferProgress } from './http/files/transfer.js';
export type { Limits } from './http/limits.js';
export type { RetryOptions } from './http/retry-options.js';
export { BaseResource, type ResourceClass } from './model/base-resource.js';
export type { ApiCall, RequestOptions } from './model/calls/api-call.js';
export type { LastResponse } from './model/calls/last-response.js';
export type { Middleware } from './model/calls/middleware.js';
export type { ConnectionHook } from './model/connection.js';
export * from './model/errors/index.js';
export type { Events, Listener, Unsubscribe } from './model/events/emitter.js';
export type { ConnectionEvents, PollEvent, RecordEvents, RetryEvent } from './model/events/events.js';
export {
  type DefinedEntity,
  defineEntity,
  type EntityDescription,
  type FieldDescription,
  type FieldDescriptions,
  type FieldsOf,
  type FieldType,
  type HookMethods,
  type JsonOf,
  type Mixin,
} from './model/fields/define-entity.js';
export { Entity } from './model/fields/entity.js';
export type { EntityOptions, PageStyleName, SearchOptions } from './model/fields/entity-options.js';
export { Field, type FieldOptions, type Rel } from './model/fields/field.js';
export type { FieldCheck } from './model/fields/metadata.js';
export type { HookContext } from './model/hooks/context.js';
export {
  After,
  AfterClone,
  AfterDelete,
  AfterRefresh,
  AfterRun,
  AfterSave,
  Before,
  BeforeClone,
  BeforeDelete,
  BeforeRefresh,
  BeforeRun,
  BeforeSave,
  OnPoll,
} from './model/hooks/decorators.js';
export type { HookOptions } from './model/hooks/life-cycle.js';
export { type WithHooksOptions, withHooks } from './model/hooks/with-hooks.js';
export type { Attributes, FieldKeys, WritableKeys } from './model/persistence/attributes.js';
export type { FieldConflict, OnConflict } from './model/persistence/conflicts.js';
export { type Deletable, DeleteResourceMixin } from './model/persistence/delete.js';
export { GetResourceMixin } from './model/persistence/get.js';
export type { BaseDeleteParams, BaseGetParams, BaseParams } from './model/persistence/params.js';
export type { SaveScope } from './model/persistence/payload.js';
export type { RefreshOptions } from './model/persistence/refresh.js';
export type { SaveOptions } from './model/persistence/save.js';
export type { DictOptions, TransformOptions } from './model/ports/transform-options.js';
export type {
  CallOptions,
  ErrorDecoder,
  QueryValue,
  RequestInfo,
  ResponseInfo,
  RetryInfo,
  StreamResponse,
  TransportRequest,
  TransportResponse,
} from './model/ports/transport.js';
export type {
  BackOff,
  BatchMember,
  BatchResponse,
  BatchSource,
  FailedPoll,
  Poll,
  Pollable,
  PollOptions,
  Progress,
  TimedPoll,
  WaitOptions,
} from './model/ports/waiter.js';
export type { BelongsToOptions, HasManyOptions, RelatedClass } from './model/relations/declaration.js';
export { BelongsTo, HasMany, HasOne, type RelationDecorator } from './model/relations/decorators.js';
export type { RelationDescription, RelationDescriptions, RelationsOf } from './model/relations/describe.js';
export { relationOf } from './model/relations/handle.js';
export type {
  Related,
  RelatedMany,
  RelatedOne,
  RelatedSearchOptions,
  RelationKeys,
  RelationOptions,
  RelationPath,
  SearchCallOptions,
} from './model/relations/types.js';
export { type Runnable, RunnableResourceMixin, type RunResultOf } from './model/running/mixin.js';
export type { BaseRunParams } from './model/running/params.js';
export type { ManyOutcome, ManyWork } from './model/running/pool.js';
export { BaseResult, DeleteResult, Result } from './model/running/result.js';
export { Run } from './model/running/run.js';
export { type ManyOptions, runMany } from './model/running/run-many.js';
export type { StreamEvent } from './model/running/server-sent-events.js';
export { RunStream } from './model/running/stream.js';
export { type Streamable, StreamResourceMixin } from './model/running/stream-mixin.js';
export type { StreamOptions } from './model/running/stream-options.js';
export { SearchResourceMixin } from './model/searching/mixin.js';
export { Page } from './model/searching/page.js';
export type { InvalidItem } from './model/searching/page-source.js';
export type { BaseSearchParams } from './model/searching/params.js';
export type { Direction, Search } from './model/searching/search.js';
export type { PageAddress, PageLinks, PageResponse, PageStyle, Shifted, StyledSearch } from './model/searching/styles/style.js';
export type { WalkOptions } from './model/searching/walk.js';
export type { Change } from './model/state/change-set.js';
export {
  type HasContext,
  type HasFromDict,
  type HasResourcePath,
  type HasToDict,
  hasContext,
  hasFromDict,
  hasResourcePath,
  hasToDict,
} from './model/support/guards.js';
export { encodeResourceId } from './model/support/ids.js';
export type { StandardSchema } from './model/support/standard-schema.js';
export { WaitableResourceMixin } from './model/waiting/mixin.js';
export type { StatusWords } from './model/waiting/status.js';
export { type Awaitable, type WaitAllOptions, type WaitOutcome, waitAll, waitAny } from './model/waiting/wait-many.js';
export type { RecordWaitOptions, Waitable, WorkState } from './model/waiting/waitable.js';
