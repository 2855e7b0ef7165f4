const MOST = 200;

/** Names that Windows keeps for devices, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

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
  const short = clean.length > MOST ? clean.slice(0, MOST - suffix.length) + suffix : clean;
  return RESERVED.test(short) ? `_${short}` : short;
}
