/** The longest file name, in characters. */
const MAX_LENGTH = 200;

/**
 * Names that Windows reserves for devices, with any extension
 * (https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions).
 */
const RESERVED_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Converts a file name from a server to one that is safe to join to a folder: it always names a file in that folder. Characters that
 * some file systems forbid become `_`; an empty name becomes `download`.
 */
export function safeFileName(name: string): string {
  const last = name.split(/[\\/]/).pop() ?? '';
  const clean = withoutTrailingDots(last.replace(/[\p{Cc}<>:"|?*]/gu, '_')).trim();
  if (clean === '') return 'download';
  const dot = clean.lastIndexOf('.');
  const extension = dot > 0 ? clean.slice(dot).slice(0, 20) : '';
  const short = clean.length > MAX_LENGTH ? clean.slice(0, MAX_LENGTH - extension.length) + extension : clean;
  return RESERVED_NAME.test(short) ? `_${short}` : short;
}

/** Windows drops dots and blanks at the end of a name. A regular expression for them takes quadratic time. */
function withoutTrailingDots(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end--;
  return name.slice(0, end);
}
