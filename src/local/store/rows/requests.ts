/** The response to a request with an `Idempotency-Key`, given again when the request is repeated. */
export interface IdempotentResponseRow {
  /** SHA-256 of the API key's id, the path and the idempotency key. */
  scope: string;
  /** SHA-256 of the request's body. */
  fingerprint: string;
  status: number;
  contentType: string;
  body: string;
  /** Characters of the body. */
  size: number;
  createdAt: string;
  expiresAt: string;
}
