const MAX_LENGTH = 200;

/** Names that Windows keeps for devices, with any extension. */
const RESERVED_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A file name from elsewhere, made fit to be joined to a folder: it names a file in that folder and nothing else. Characters
 * that some file system forbids become `_`; what is left of an empty name is `download`.
 */
export function safeFileName(name: string): string {
  const last = name.split(/[\\/]/).pop() ?? '';
  const clean = last
    .replace(/[\p{Cc}<>:"|?*]/gu, '_')
    .replace(/[. ]+$/, '')
    .trim();
  if (clean === '') return 'download';
  const dot = clean.lastIndexOf('.');
  const suffix = dot > 0 ? clean.slice(dot).slice(0, 20) : '';
  const short = clean.length > MAX_LENGTH ? clean.slice(0, MAX_LENGTH - suffix.length) + suffix : clean;
  return RESERVED_NAME.test(short) ? `_${short}` : short;
}
