/** The status of a version of a dataset's schema or data, or of a pipeline's configuration. */
export type VersionStatus = 'draft' | 'current' | 'archived';
export const versionStatuses = ['draft', 'current', 'archived'] as const;
