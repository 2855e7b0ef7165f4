import type { BaseRunParams, SaveOptions } from '#front';
import { isObject } from '../../vendor.js';
import type { FileValue } from '../files/run-files.js';
import type { DataAsset, InputMode } from './input.js';

/** One value for all input nodes, or values by the labels of the input nodes. Files are uploaded. */
export type PipelineData = string | number | boolean | null | FileValue | readonly unknown[] | Readonly<Record<string, unknown>>;

export interface PipelineRunOptions extends BaseRunParams {
  /** The corpora or datasets to run on; `data` is then the ids of data items in them. */
  dataAsset?: DataAsset | undefined;
  /** The name of the run in error messages of the first response format. Default: 'pipeline_process'. */
  name?: string | undefined;
  /** Default: true. */
  batchMode?: boolean | undefined;
  /** The engine version, such as '3.0'. Default: the pipeline's `version` if you have set it, else the platform chooses. */
  version?: string | null | undefined;
  /** 'v1' returns plain objects, which also report failures and timeouts instead of throwing. Default: 'v2'. */
  responseVersion?: 'v1' | 'v2' | undefined;
  /** How `data` is read. Default: 'auto'. */
  mode?: InputMode | undefined;
  /** Additional members of the request body. They replace members of the same name. */
  params?: Readonly<Record<string, unknown>> | undefined;
}

export interface PipelineSaveOptions extends SaveOptions {
  /** True makes the pipeline an asset that others can use (status `onboarded`), false makes it a draft. Default: the status is kept. */
  saveAsAsset?: boolean | undefined;
}

/** A value for the wire, or an object with the value as its `id` or `code`. */
type Value = string | { readonly id?: string | null; readonly code?: string };

/** The parameters of a search for pipelines. */
export interface PipelineSearchParams {
  /** Text to search for. */
  query?: string | undefined;
  /** Whether to find only drafts. Default: false. */
  draftsOnly?: boolean | undefined;
  /** Functions of assets in the pipeline, such as 'translation'. */
  functions?: Value | readonly Value[] | undefined;
  /** Only pipelines that use assets of one of these suppliers. */
  suppliers?: Value | readonly Value[] | undefined;
  /** Models in the pipeline. */
  models?: Value | readonly Value[] | undefined;
  /** Only pipelines that take one of these types. */
  inputDataTypes?: Value | readonly Value[] | undefined;
  /** Only pipelines that give one of these types. */
  outputDataTypes?: Value | readonly Value[] | undefined;
  /** The page to begin with, from 0. */
  pageNumber?: number | undefined;
  /** 1 to 100. Default: 20. */
  pageSize?: number | undefined;
}

/** Converts the filters that the platform takes as lists to lists of wire values. */
export function searchBody(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lists = ['functions', 'suppliers', 'models', 'inputDataTypes', 'outputDataTypes'];
  const entries = Object.entries(params).map(([key, value]) => [key, lists.includes(key) && value ? [value].flat().map(wireValue) : value]);
  return { ...Object.fromEntries(entries), draftsOnly: params.draftsOnly ?? false };
}

function wireValue(value: unknown): unknown {
  return isObject(value) ? (value.id ?? value.code) : value;
}
