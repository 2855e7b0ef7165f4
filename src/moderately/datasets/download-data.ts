import { ValidationError } from '#front';
import { loadedRecord } from '../../vendor.js';
import type { DataDownloadOptions, Dataset } from './dataset.js';

/** Downloads the data of a version of a dataset, by default of its current one. */
export async function downloadData(
  dataset: Dataset,
  { versionId, path, ...transfer }: DataDownloadOptions,
): Promise<Uint8Array | undefined> {
  const id = versionId ?? (await loadedRecord(dataset, 'download data of', { signal: transfer.signal })).currentDataVersionId;
  if (!id) throw new ValidationError(`${String(dataset)} has no current data version. Upload data first, or pass { versionId }.`);
  const version = await dataset.dataVersion(id);
  if (version.datasetId !== dataset.id)
    throw new ValidationError(`The data version ${id} belongs to another dataset (${version.datasetId}).`);
  return version.download(path, transfer);
}
