import type { Timestamped } from './timestamps.js';

export interface UserRow extends Timestamped {
  userId: string;
  fullName: string;
  fullNameLower: string;
  nickname: string | null;
  nicknameLower: string | null;
  /** In lower case. */
  email: string | null;
}

export interface TeamRow extends Timestamped {
  teamId: string;
  name: string;
  /** The restricted key that created the team, and therefore has access to it. */
  createdByTokenId: string | null;
}

export interface TeamUserRow extends Timestamped {
  teamUserId: string;
  teamId: string;
  userId: string;
  /** The user's name, for ordering and searching. */
  name: string;
  nameLower: string;
  email: string | null;
  role: string;
  isDefault: number;
}

export interface ApiTokenRow extends Timestamped {
  tokenId: string;
  /** Null for the platform's own key, which has access to every team of its user. */
  teamId: string | null;
  name: string;
  /** SHA-256 of the token, in hexadecimal. */
  tokenHash: string;
  tokenPrefix: string;
  last4: string;
  role: string;
  createdByUserId: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  isActive: number;
}

/** The requests made with one token to one endpoint within one hour. */
export interface TokenUsageRow {
  tokenId: string;
  /** The start of the hour. */
  hour: string;
  endpoint: string;
  method: string;
  requests: number;
  errors: number;
  milliseconds: number;
}

export interface AuditLogRow {
  auditLogId: string;
  teamId: string | null;
  userId: string | null;
  apiTokenId: string | null;
  sessionId: string | null;
  eventType: string;
  resourceType: string;
  resourceId: string;
  action: string;
  changes: string | null;
  metadata: string | null;
  createdAt: string;
}
