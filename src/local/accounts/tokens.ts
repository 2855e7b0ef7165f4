import { createHash, randomBytes } from 'node:crypto';
import type { ApiTokenRow } from '../store/schema.js';

/** The form in which a token is stored and looked up: its SHA-256 in hexadecimal. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** A new random token. */
export function newToken(): string {
  return `rr_${randomBytes(30).toString('base64url')}`;
}

/** The row of a token: enough to recognise it, without the token itself. */
export function tokenRow(
  token: string,
  { at, ...attributes }: Pick<ApiTokenRow, 'tokenId' | 'teamId' | 'name' | 'role' | 'createdByUserId' | 'expiresAt'> & { at: string },
): ApiTokenRow {
  return {
    ...attributes,
    tokenHash: tokenHash(token),
    tokenPrefix: token.slice(0, 6),
    last4: token.slice(-4),
    lastUsedAt: null,
    isActive: 1,
    createdAt: at,
    updatedAt: at,
  };
}
