import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import { operate } from '../hooks/life-cycle.js';
import { callOptions } from '../ports/transport.js';
import { DeleteResult } from '../running/result.js';
import { isObject } from '../state/json.js';
import { stateOf } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';
import { type Adds, asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import type { BaseDeleteParams } from './params.js';

/** A class whose answers to deletes are read into another result class. */
export type DeleteResultClass = new (raw: Record<string, unknown>) => DeleteResult;

/** What a record that can be deleted has. */
export interface Deletable {
  /**
   * Deletes the record. Afterwards its `id` is null and `isDeleted` true; its values can still be read, and `clone()` makes a new record
   * of them. When the delete fails, the record stays as it was.
   */
  delete(params?: BaseDeleteParams): Promise<DeleteResult>;
  /** Marks the record as deleted without asking the platform. */
  markAsDeleted(): void;
  /** Override to take part in deleting; see `@BeforeDelete` for what a returned value does. */
  beforeDelete(...args: unknown[]): unknown;
  /** Override to take part after deleting. Given the result, or the error. */
  afterDelete(resultOrError: unknown, ...args: unknown[]): unknown;
  /** The body of the request. Default: none. */
  buildDeletePayload(params: BaseDeleteParams): unknown;
  /** Where the request goes, relative to the base URL. */
  buildDeleteUrl(params: BaseDeleteParams): string;
  /** Makes the result of the platform's answer. */
  handleDeleteResponse(response: unknown, deletedId: string): DeleteResult;
}

export interface DeleteStatics {
  /** What a delete resolves to. Default: DeleteResult. */
  deleteResponseClass: DeleteResultClass;
}

/** Adds `record.delete()`. */
export function DeleteResourceMixin<B extends RecordBase>(base: B): B & DeleteStatics & Adds<Deletable> {
  checkMixinBase(base, 'DeleteResourceMixin');
  abstract class DeletableRecord extends asBase(base) implements Deletable {
    static deleteResponseClass: DeleteResultClass = DeleteResult;

    delete(params: BaseDeleteParams = {}): Promise<DeleteResult> {
      return deleteRecord(this, params);
    }

    markAsDeleted(): void {
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
  return DeletableRecord as unknown as B & DeleteStatics & Adds<Deletable>;
}

async function deleteRecord(record: BaseResource & Deletable, params: BaseDeleteParams): Promise<DeleteResult> {
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
      const deletedId = String(record.id);
      const payload = record.buildDeletePayload(params);
      context.payload = payload;
      context.sent = true;
      const { body } = await requireConnection(record, 'delete').send(
        {
          ...callOptions(params),
          method: 'DELETE',
          path: record.buildDeleteUrl(params),
          body: payload,
          attempt: `delete of ${String(record)}`,
          decodeError: entityOptions(record.constructor).errors,
        },
        record,
      );
      const result = record.handleDeleteResponse(body, deletedId);
      record.markAsDeleted();
      return result;
    },
  });
}
