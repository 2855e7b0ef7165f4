const REDACTED = '[redacted]';

/** A URL, and its query. Each part excludes the start of the next, so that a text is searched in linear time. */
const URL_AND_QUERY = /(https?:\/\/[^\s"'<>?#]*)(\?[^\s"'<>]*)?/gi;

/** A parameter that says that a query is a signature. */
const SIGNED_QUERY = /(?:signature|credential|accesskeyid|sig|token|security|policy|expires)(?:=|%3d)/i;

/** The parameters of a signature, also outside of URLs. */
const SIGNED_PARAMETER = /((?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)|Signature|AWSAccessKeyId)(?:=|%3d))[^&\s"'<>]+/gi;

/** The text without the queries of presigned URLs, and without the values of signatures that stand outside of URLs. */
export function redactSignedUrls(text: string): string {
  if (!/=|%3d/i.test(text)) return text;
  return text
    .replace(URL_AND_QUERY, (whole, url: string, query?: string) => (query && SIGNED_QUERY.test(query) ? `${url}?${REDACTED}` : whole))
    .replace(SIGNED_PARAMETER, `$1${REDACTED}`);
}
