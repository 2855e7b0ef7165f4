/** The values of a vocabulary. */
type Words<V> = V[keyof V];

/**
 * The state of a run.
 *
 * @enum
 */
export const ExecutionStatus = {
  IN_PROGRESS: 'IN_PROGRESS',
  SUCCESS: 'SUCCESS',
  FAILED: 'FAILED',
  ABORTED: 'ABORTED',
  CANCELLED: 'CANCELLED',
  ERROR: 'ERROR',
} as const;
/** One of the values of `ExecutionStatus`. */
export type ExecutionStatus = Words<typeof ExecutionStatus>;

/**
 * The state of an asset in its life cycle.
 *
 * @enum
 */
export const AssetStatus = {
  DRAFT: 'draft',
  HIDDEN: 'hidden',
  SCHEDULED: 'scheduled',
  ONBOARDING: 'onboarding',
  ONBOARDED: 'onboarded',
  PENDING: 'pending',
  FAILED: 'failed',
  TRAINING: 'training',
  REJECTED: 'rejected',
  ENABLING: 'enabling',
  DELETING: 'deleting',
  DISABLED: 'disabled',
  DELETED: 'deleted',
  IN_PROGRESS: 'in_progress',
  COMPLETED: 'completed',
  CANCELING: 'canceling',
  CANCELED: 'canceled',
  DEPRECATED_DRAFT: 'deprecated_draft',
} as const;
/** One of the values of `AssetStatus`. */
export type AssetStatus = Words<typeof AssetStatus>;

/**
 * The state of an asset's onboarding.
 *
 * @enum
 */
export const OnboardStatus = { ONBOARDING: 'onboarding', ONBOARDED: 'onboarded', FAILED: 'failed', DELETED: 'deleted' } as const;
/** One of the values of `OnboardStatus`. */
export type OnboardStatus = Words<typeof OnboardStatus>;

/**
 * Who can see an asset.
 *
 * @enum
 */
export const Privacy = { PUBLIC: 'Public', PRIVATE: 'Private', RESTRICTED: 'Restricted' } as const;
/** One of the values of `Privacy`. */
export type Privacy = Words<typeof Privacy>;

/**
 * Whose assets to search for.
 *
 * @enum
 */
export const OwnershipType = { PRIVATE: 'PRIVATE', PUBLIC: 'PUBLIC', TEAM: 'TEAM', SUBSCRIBED: 'SUBSCRIBED', OWNED: 'OWNED' } as const;
/** One of the values of `OwnershipType`. */
export type OwnershipType = Words<typeof OwnershipType>;

/**
 * The property to sort search results by.
 *
 * @enum
 */
export const SortBy = { NAME: 'NAME', CREATED_AT: 'CREATED_AT', UPDATED_AT: 'UPDATED_AT' } as const;
/** One of the values of `SortBy`. */
export type SortBy = Words<typeof SortBy>;

/**
 * The direction of the order of search results.
 *
 * @enum
 */
export const SortOrder = { ASC: 'ASC', DESC: 'DESC' } as const;
/** One of the values of `SortOrder`. */
export type SortOrder = Words<typeof SortOrder>;

/**
 * The state of a chat session.
 *
 * @enum
 */
export const SessionStatus = { ACTIVE: 'active', COMPLETED: 'completed', FAILED: 'failed', ARCHIVED: 'archived' } as const;
/** One of the values of `SessionStatus`. */
export type SessionStatus = Words<typeof SessionStatus>;

/**
 * What a chat session is currently doing.
 *
 * @enum
 */
export const SessionRunStatus = { IDLE: 'idle', RUNNING: 'running', COMPLETED: 'completed' } as const;
/** One of the values of `SessionRunStatus`. */
export type SessionRunStatus = Words<typeof SessionRunStatus>;

/**
 * The author of a message in a chat session.
 *
 * @enum
 */
export const MessageRole = { USER: 'user', ASSISTANT: 'assistant' } as const;
/** One of the values of `MessageRole`. */
export type MessageRole = Words<typeof MessageRole>;

/**
 * What a user thinks of a message.
 *
 * @enum
 */
export const Reaction = { LIKE: 'LIKE', DISLIKE: 'DISLIKE' } as const;
/** One of the values of `Reaction`. */
export type Reaction = Words<typeof Reaction>;

/**
 * The kind of an attachment.
 *
 * @enum
 */
export const AttachmentType = {
  TEXT: 'text',
  IMAGE: 'image',
  VIDEO: 'video',
  AUDIO: 'audio',
  DOCUMENT: 'document',
  CODE: 'code',
  UNKNOWN: 'unknown',
} as const;
/** One of the values of `AttachmentType`. */
export type AttachmentType = Words<typeof AttachmentType>;

/**
 * The severity of a reported issue, from most to least severe.
 *
 * @enum
 */
export const IssueSeverity = { SEV1: 'SEV1', SEV2: 'SEV2', SEV3: 'SEV3', SEV4: 'SEV4' } as const;
/** One of the values of `IssueSeverity`. */
export type IssueSeverity = Words<typeof IssueSeverity>;

/**
 * The kind of file of a FileResource.
 *
 * @enum
 */
export const FileType = {
  CSV: 'CSV',
  JSON: 'JSON',
  TXT: 'TXT',
  PDF: 'PDF',
  AUDIO: 'AUDIO',
  IMAGE: 'IMAGE',
  DATABASE: 'DATABASE',
  OTHER: 'OTHER',
} as const;
/** One of the values of `FileType`. */
export type FileType = Words<typeof FileType>;
