import type { ParsingOptions } from '../parsing-options.js';
import { TableProblem } from '../problem.js';
import { listed, quote } from '../words.js';
import { type NumberKind, numberKinds } from './number-format.js';
import { attribute, type XlsxPackage } from './package.js';
import { TextCollector } from './text-collector.js';

/** The largest table of shared strings, in bytes unpacked; it is held in memory. */
const largestStrings = 256 * 1024 * 1024;

/** What a sheet needs from its workbook. */
export interface Workbook {
  /** The part with the chosen sheet. */
  sheetPath: string;
  strings: readonly string[];
  /** What a number means, by the index of the style of its cell. */
  kinds: readonly NumberKind[];
  /** Whether days are counted from 1904. */
  isFrom1904: boolean;
}

interface Relation {
  type: string;
  target: string;
}

/** Reads a workbook and chooses its sheet. @throws TableProblem for a sheet that is not there. */
export async function readWorkbook(parts: XlsxPackage, sheet: ParsingOptions['sheet']): Promise<Workbook> {
  const top = await relationsOf(parts, '');
  const path = [...top.values()].find(({ type }) => type === 'officeDocument')?.target ?? 'xl/workbook.xml';
  const sheets: { name: string; isHidden: boolean; relation: string }[] = [];
  let isFrom1904 = false;
  const found = await parts.parseAll(path, {
    open: (name, attributes) => {
      if (name === 'workbookPr') isFrom1904 = isTrue(attributes.date1904);
      if (name !== 'sheet') return;
      const isHidden = attributes.state !== undefined && attributes.state !== 'visible';
      sheets.push({ name: attributes.name ?? '', isHidden, relation: attribute(attributes, 'id') ?? '' });
    },
  });
  if (!found) throw new Error('it has no workbook');
  const relations = await relationsOf(parts, path);
  const tables = sheets.filter(({ relation }) => relations.get(relation)?.type === 'worksheet');
  const chosen =
    sheet === undefined
      ? tables.find(({ isHidden }) => !isHidden)
      : tables.find(({ name }, index) => (typeof sheet === 'number' ? index + 1 === sheet : name === sheet));
  if (!chosen) {
    const names = listed(tables.map(({ name }) => name));
    const what = sheet === undefined ? 'no visible sheet' : `no sheet ${typeof sheet === 'number' ? sheet : quote(sheet)}`;
    throw new TableProblem('option', `the file has ${what}; set parsingOptions.sheet to a name or number of its sheets: ${names}`);
  }
  const pathOf = (type: string) => [...relations.values()].find((relation) => relation.type === type)?.target;
  return {
    sheetPath: relations.get(chosen.relation)?.target ?? '',
    strings: await stringsIn(parts, pathOf('sharedStrings')),
    kinds: await kindsIn(parts, pathOf('styles')),
    isFrom1904,
  };
}

/** The relations of a part, by their id. The last word of a relation's type says what it is (ECMA-376 Part 1 §9.2, also in Strict form). */
async function relationsOf(parts: XlsxPackage, path: string): Promise<ReadonlyMap<string, Relation>> {
  const cut = path.lastIndexOf('/') + 1;
  const [folder, file] = [path.slice(0, cut), path.slice(cut)];
  const relations = new Map<string, Relation>();
  await parts.parseAll(`${folder}_rels/${file}.rels`, {
    open: (name, { Id = '', Type = '', Target = '', TargetMode }) => {
      if (name !== 'Relationship' || TargetMode === 'External') return;
      const { pathname } = new URL(Target, `file:///${folder.replace(/^\//, '')}`);
      relations.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), target: decodeURIComponent(pathname.slice(1)) });
    },
  });
  return relations;
}

async function stringsIn(parts: XlsxPackage, path: string | undefined): Promise<string[]> {
  const strings: string[] = [];
  if (path === undefined) return strings;
  const text = new TextCollector();
  await parts.parseAll(
    path,
    {
      open: (name) => (name === 'si' ? text.clear() : text.open(name)),
      text: (piece) => text.add(piece),
      close: (name) => (name === 'si' ? strings.push(text.take()) : text.close(name)),
    },
    largestStrings,
  );
  return strings;
}

async function kindsIn(parts: XlsxPackage, path: string | undefined): Promise<NumberKind[]> {
  const formats = new Map<string, string>();
  const styles: string[] = [];
  let isInStyles = false;
  if (path !== undefined) {
    await parts.parseAll(path, {
      open: (name, attributes) => {
        if (name === 'numFmt') formats.set(attributes.numFmtId ?? '', attributes.formatCode ?? '');
        else if (name === 'cellXfs') isInStyles = true;
        else if (name === 'xf' && isInStyles) styles.push(attributes.numFmtId ?? '0');
      },
      close: (name) => {
        if (name === 'cellXfs') isInStyles = false;
      },
    });
  }
  return numberKinds(styles, formats);
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}
