import type { Sink } from '../io.js';

/** How texts are set off on a terminal. */
export interface Style {
  readonly isColoured: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

/** Colours for a terminal; none for anything else, with `NO_COLOR` (https://no-color.org), and where `TERM` is `dumb`. */
export function styleFor({ isTTY = false }: Pick<Sink, 'isTTY'>, env: Readonly<Record<string, string | undefined>>): Style {
  const isColoured = isTTY && !env.NO_COLOR && env.TERM !== 'dumb';
  const code =
    (on: number, off: number) =>
    (text: string): string =>
      isColoured && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { isColoured, bold: code(1, 22), dim: code(2, 22), red: code(31, 39), green: code(32, 39), yellow: code(33, 39) };
}

/** No colours. */
export const plainStyle: Style = styleFor({ isTTY: false }, {});
