import { readFileSync, writeFileSync } from 'node:fs';
import { shown } from './statistics.mjs';

/** The tables of a member: lines of cells, the first one the heading. */
export function tablesOf(summary) {
  const titles = [...new Set(summary.map(({ table }) => table))];
  return titles.map((title) => {
    const rows = summary.filter(({ table }) => table === title);
    const names = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
    const base = rows.find((row) => row.base);
    const heading = ['', ...names.flatMap((name) => (base ? [name, '×'] : [name]))];
    const lines = rows.map(({ contender, figures, kind }) => {
      const cells = names.flatMap((name) => {
        const figure = figures[name];
        const value = figure ? `${shown(figure.median)} ±${Math.round(figure.spread * 100)} %` : '–';
        return base
          ? [value, figure?.ratio === undefined ? (figure && base.contender === contender ? '1' : '–') : figure.ratio.toFixed(2)]
          : [value];
      });
      return { kind, cells: [contender, ...cells] };
    });
    return { title, heading, lines };
  });
}

/** For a terminal. */
export function text({ title, heading, lines }) {
  const all = [heading, ...lines.map(({ cells }) => cells)];
  const widths = heading.map((_, at) => Math.max(...all.map((cells) => cells[at].length)));
  const line = (cells) => cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  ');
  return `${title}\n${all.map(line).join('\n')}\n`;
}

/** For a document. What is ours is bold. */
export function markdown({ title, heading, lines }) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const rule = heading.map((_, at) => (at === 0 ? '---' : '--:'));
  const body = lines.map(({ kind, cells: [contender, ...cells] }) => {
    const name = kind === 'ours' ? `**${contender}**` : kind === 'limit' ? `${contender} (limit)` : contender;
    return row([name, ...cells]);
  });
  return [`### ${title}`, '', row(heading), row(rule), ...body, ''].join('\n');
}

/** Puts what was measured between the marks of its member in a document; what other members have there stays. */
export function writeInto(path, member, content) {
  const document = readFileSync(path, 'utf8');
  const [begin, end] = [`<!-- bench:${member} -->`, `<!-- /bench:${member} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no place for ${member}: the lines ${begin} and ${end}.`);
  writeFileSync(path, `${document.slice(0, from + begin.length)}\n\n${content.trim()}\n\n${document.slice(to)}`);
}
