import type { BaseRunParams, SaveOptions } from '#front';
import { isObject } from '../../vendor.js';
import type { FileValue } from '../files/run-files.js';
import type { DataAsset, InputMode } from './input.js';

/** One value for all inputs, or values by the labels of the inputs; files in it are uploaded. */
export type PipelineData = string | number | boolean | null | FileValue | readonly unknown[] | Readonly<Record<string, unknown>>;

export interface PipelineRunOptions extends BaseRunParams {
  /** The corpora or datasets to run on; `data` then names the data in them. */
  dataAsset?: DataAsset | undefined;
  /** Names the run where the first response format tells of a failure. Default: 'pipeline_process'. */
  name?: string | undefined;
  /** Default: true. */
  batchMode?: boolean | undefined;
  /** The engine's version, such as '3.0'. Default: the pipeline's own where you have set it, else the platform decides. */
  version?: string | null | undefined;
  /** 'v1' gives plain objects and tells of failures and timeouts in them instead of throwing. Default: 'v2'. */
  responseVersion?: 'v1' | 'v2' | undefined;
  /** How `data` is read. Default: 'auto'. */
  mode?: InputMode | undefined;
  /** Further members of the request's body; they replace those of the same name. */
  params?: Readonly<Record<string, unknown>> | undefined;
}

export interface PipelineSaveOptions extends SaveOptions {
  /** True makes the pipeline an asset others can use (status `onboarded`), false a draft. Default: the status stays as it is. */
  saveAsAsset?: boolean | undefined;
}

/** A wire value, or a record or descriptor that has it as its `id` or `code`. */
type Value = string | { readonly id?: string | null; readonly code?: string };

export interface PipelineSearchParams {
  /** Text to look for. */
  query?: string | undefined;
  /** Only drafts. Default: false. */
  draftsOnly?: boolean | undefined;
  /** Functions of the assets in the pipeline, such as 'translation'. */
  functions?: Value | readonly Value[] | undefined;
  suppliers?: Value | readonly Value[] | undefined;
  /** Models in the pipeline. */
  models?: Value | readonly Value[] | undefined;
  inputDataTypes?: Value | readonly Value[] | undefined;
  outputDataTypes?: Value | readonly Value[] | undefined;
  pageNumber?: number | undefined;
  /** 1 to 100. Default: 20. */
  pageSize?: number | undefined;
}

/** Filters as lists of wire values, where the platform takes lists. */
export function searchBody(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lists = ['functions', 'suppliers', 'models', 'inputDataTypes', 'outputDataTypes'];
  const entries = Object.entries(params).map(([key, value]) => [key, lists.includes(key) && value ? [value].flat().map(wireValue) : value]);
  return { ...Object.fromEntries(entries), draftsOnly: params.draftsOnly ?? false };
}

function wireValue(value: unknown): unknown {
  return isObject(value) ? (value.id ?? value.code) : value;
}
