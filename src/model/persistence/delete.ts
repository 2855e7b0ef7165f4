import type { BaseResource } from '../base-resource.js';
import { ValidationError } from '../errors/index.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import { noteEmptyHooks } from '../hooks/empty-hooks.js';
import { operate } from '../hooks/life-cycle.js';
import { DeleteResult } from '../running/result.js';
import { checkAssignable } from '../state/assign.js';
import { isObject } from '../state/json.js';
import { stateOf } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';
import { type Adds, asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { part } from '../support/part.js';
import { noteDeleted } from './deletions.js';
import type { BaseDeleteParams } from './params.js';

const request = part(() => import('./delete-request.js'));

/** A class for the results of deletes. */
export type DeleteResultClass = new (raw: Record<string, unknown>) => DeleteResult;

/** The members of a record that can be deleted. */
export interface Deletable {
  /**
   * Deletes the record. Afterwards its `id` is null and `isDeleted` is true; its values can still be read, and `clone()` makes a new record
   * from them. When the delete fails, the record is left unchanged.
   *
   * @throws ValidationError when the record is already deleted or has no id, and for a class with `delete: 'none'`; NotFoundError when the platform does not have it.
   */
  delete(params?: BaseDeleteParams): Promise<DeleteResult>;
  /** Marks the record as deleted without a request. */
  markAsDeleted(): void;
  /** Override to run code before a delete. See `@Before` for what a returned value does. */
  beforeDelete(...args: unknown[]): unknown;
  /** Override to run code after a delete. Receives the result, or the error. A returned value replaces the result. */
  afterDelete(resultOrError: unknown, ...args: unknown[]): unknown;
  /** The body of the request. Default: none. Override to send one. */
  buildDeletePayload(params: BaseDeleteParams): unknown;
  /** The path of the request, relative to the base URL. */
  buildDeleteUrl(params: BaseDeleteParams): string;
  /** Makes the result from the body of the response. */
  handleDeleteResponse(response: unknown, deletedId: string): DeleteResult;
}

/** The statics of a class whose records can be deleted. */
export interface DeleteStatics {
  /** The class of the result of a delete. Default: DeleteResult. */
  deleteResponseClass: DeleteResultClass;
}

/** Adds `record.delete()`. @throws TypeError when the base is not a record class. */
export function DeleteResourceMixin<B extends RecordBase>(base: B): B & DeleteStatics & Adds<Deletable> {
  checkMixinBase(base, 'DeleteResourceMixin');
  abstract class DeletableRecord extends asBase(base) implements Deletable {
    static deleteResponseClass: DeleteResultClass = DeleteResult;

    delete(params: BaseDeleteParams = {}): Promise<DeleteResult> {
      return deleteRecord(this, params);
    }

    markAsDeleted(): void {
      checkAssignable(this, `${String(this)} cannot be marked as deleted`, ['id']);
      noteDeleted(this);
      stateOf(this).isDeleted = true;
      this.id = null;
    }

    beforeDelete(..._args: unknown[]): unknown {
      return undefined;
    }

    afterDelete(_resultOrError: unknown, ..._args: unknown[]): unknown {
      return undefined;
    }

    buildDeletePayload(_params: BaseDeleteParams): unknown {
      return undefined;
    }

    buildDeleteUrl(params: BaseDeleteParams): string {
      return `${params.resourcePath ?? pathOf(this.constructor)}/${this.encodedId}`;
    }

    handleDeleteResponse(response: unknown, deletedId: string): DeleteResult {
      const ResultClass = (this.constructor as unknown as DeleteStatics).deleteResponseClass ?? DeleteResult;
      return new ResultClass({ ...(isObject(response) ? response : {}), status: 'SUCCESS', completed: true, deletedId });
    }
  }
  noteEmptyHooks(DeletableRecord);
  return DeletableRecord as unknown as B & DeleteStatics & Adds<Deletable>;
}

async function deleteRecord(record: BaseResource & Deletable, params: BaseDeleteParams): Promise<DeleteResult> {
  if (entityOptions(record.constructor).delete === 'none') {
    throw new ValidationError(`${String(record)} cannot be deleted on its platform.`);
  }
  record.requireId('delete');
  checkOptions(record.constructor, 'delete', params);
  return operate<DeleteResult>(record, {
    operation: 'delete',
    args: Object.keys(params).length > 0 ? [params] : [],
    options: params,
    queued: true,
    perform: async (context) => {
      record.requireId('delete');
      context.settle();
      checkAssignable(record, `delete of ${String(record)}: its id could not be emptied, so nothing was sent`, ['id']);
      const { sendDelete } = await request();
      return sendDelete(record, params, context);
    },
  });
}
