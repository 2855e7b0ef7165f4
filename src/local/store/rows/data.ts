import type { Stamped } from './times.js';

/** What is known of a stored object: its bytes are in the blob store. */
export interface ObjectRow {
  key: string;
  size: number;
  sha256: string;
  contentType: string;
  createdAt: string;
}

export interface FileRow extends Stamped {
  fileId: string;
  teamId: string;
  fileName: string;
  fileNameLower: string;
  fileSize: number;
  mimeType: string;
  fileHash: string;
  /** The hash as it is compared: lower case, without the `sha256:` prefix. */
  fileDigest: string;
  uploadStatus: string;
  uploadedBy: string | null;
  metadata: string;
  objectKey: string;
}

export interface DatasetRow extends Stamped {
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

export interface DatasetSchemaVersionRow extends Stamped {
  datasetSchemaVersionId: string;
  datasetId: string;
  teamId: string;
  versionNo: number;
  columnsJson: string;
  status: string;
  parsingOptions: string | null;
}

export interface DatasetDataVersionRow extends Stamped {
  datasetDataVersionId: string;
  datasetId: string;
  teamId: string;
  versionNo: number;
  fileName: string;
  sourceFileUri: string;
  objectKey: string;
  fileType: string;
  status: string;
  /** Whether the upload was completed; a version that was not is never the current one. */
  uploaded: number;
  fileHash: string | null;
  rowCount: number | null;
  fileSizeBytes: number | null;
}
