import type { Timestamped } from './timestamps.js';

/** A stored object. Its bytes are in the blob store. */
export interface ObjectRow {
  key: string;
  size: number;
  sha256: string;
  contentType: string;
  createdAt: string;
  /** Where the blob store has the bytes. */
  location: string;
}

/** Bytes that belong to no object any more, and are to be deleted from the blob store. */
export interface DeletionRow {
  location: string;
}

/**
 * Bytes that are being written to a store, which keeps them even when the process ends before the row of their object is written. The row
 * is deleted with the transaction that writes that one.
 */
export interface StagingRow {
  location: string;
  /** Of the object that they are to belong to. */
  key: string;
  /** By the real time of the machine. */
  createdAt: string;
}

/** An object that may be put to its presigned URL. The row is deleted when the upload is completed, or its record is deleted. */
export interface UploadRow {
  key: string;
  /** In bytes, and SHA-256 in hexadecimal, where the client declared them. */
  size: number | null;
  sha256: string | null;
  /** When the presigned URL expires. */
  expiresAt: string;
}

export interface FileRow extends Timestamped {
  fileId: string;
  teamId: string;
  fileName: string;
  fileNameLower: string;
  fileSize: number;
  mimeType: string;
  fileHash: string;
  /** The hash in the form that is compared: lower case, without the `sha256:` prefix. */
  fileDigest: string;
  uploadStatus: string;
  uploadedBy: string | null;
  metadata: string;
  objectKey: string;
}

export interface DatasetRow extends Timestamped {
  datasetId: string;
  teamId: string;
  name: string;
  nameLower: string;
  description: string | null;
  currentSchemaVersionId: string | null;
  currentDataVersionId: string | null;
  activeDataSchemaVersionId: string | null;
  activeDataVersionId: string | null;
  processingStatus: string | null;
  processingError: string | null;
  recordCount: number | null;
  totalSizeBytes: number | null;
}

export interface DatasetSchemaVersionRow extends Timestamped {
  datasetSchemaVersionId: string;
  datasetId: string;
  teamId: string;
  versionNo: number;
  columnsJson: string;
  status: string;
  parsingOptions: string | null;
}

export interface DatasetDataVersionRow extends Timestamped {
  datasetDataVersionId: string;
  datasetId: string;
  teamId: string;
  versionNo: number;
  fileName: string;
  sourceFileUri: string;
  objectKey: string;
  fileType: string;
  status: string;
  /** Whether the upload is complete; until then, a version never becomes the current one. */
  uploaded: number;
  fileHash: string | null;
  rowCount: number | null;
  fileSizeBytes: number | null;
}
