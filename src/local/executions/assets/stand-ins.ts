import { isNamed, listOf } from '../../assets/actions.js';
import { isRecord, keysOf, spelling } from '../../assets/spelling.js';
import { putObject } from '../../blobs/objects.js';
import { signDownload } from '../../blobs/transfers.js';
import type { Platform } from '../../context.js';
import type { BlockHandler } from '../../engine/types.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { Subject } from './handlers.js';
import { runIndexAction } from './knowledge.js';
import { questionOf } from './question.js';

/** Returns the input. */
const echo: BlockHandler = ({ inputs }) => {
  const { data = inputs.text ?? questionOf(inputs) ?? inputs } = inputs;
  return data;
};

/** The words that a translation model without a handler knows, by the language that it translates into. */
const glossaries: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  es: { hello: 'hola', hi: 'hola', goodbye: 'adiós', world: 'mundo', thanks: 'gracias', yes: 'sí', friend: 'amigo' },
  fr: { hello: 'bonjour', hi: 'salut', goodbye: 'au revoir', world: 'monde', thanks: 'merci', yes: 'oui', friend: 'ami' },
  de: { hello: 'hallo', hi: 'hallo', goodbye: 'tschüss', world: 'Welt', thanks: 'danke', yes: 'ja', friend: 'Freund' },
};

/** Translates the words of a small glossary, into Spanish unless another language is asked for, and leaves the others. */
const translate: BlockHandler = (context) => {
  const { inputs } = context;
  const target = Object.entries(inputs).find(([name]) => /^target_?lang(uage)?$/i.test(name))?.[1];
  const language = keysOf(target)[0]?.slice(0, 2).toLowerCase() ?? 'es';
  const glossary = glossaries[language] ?? {};
  const text = echo(context);
  if (typeof text !== 'string') return text;
  return text.replace(/\p{L}+/gu, (word) => {
    const known = Object.hasOwn(glossary, word.toLowerCase()) ? glossary[word.toLowerCase()] : undefined;
    if (known === undefined) return word;
    return /^\p{Lu}/u.test(word) ? (known[0] ?? '').toUpperCase() + known.slice(1) : known;
  });
};

/** One grey pixel. */
const image = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

/** Stores an image of one pixel and returns the URL under which it can be downloaded. */
function drawing(platform: Platform): BlockHandler {
  return async () => {
    const key = `generated/${platform.newId()}.png`;
    const bytes = Buffer.from(image, 'base64');
    const object = await putObject(
      platform,
      key,
      'image/png',
      (async function* () {
        yield bytes;
      })(),
    );
    return (await signDownload(platform, object)).url;
  };
}

const longestExpression = 1000;
/** The functions of expressions that the calculator has: those whose results are as small as their arguments. */
const arithmetic = ['abs', 'floor', 'ceil', 'sqrt', 'power', 'round', 'min', 'max'];

/** Evaluates the expression of an action of the calculator. */
const calculate: BlockHandler = async ({ inputs }) => {
  const { expression } = isRecord(inputs.data) ? inputs.data : { expression: inputs.data };
  if (typeof expression !== 'string' || expression.trim() === '')
    throw new Error('The calculator needs an expression, such as 6 * (3 + 4).');
  if (expression.length > longestExpression) throw new Error(`An expression has at most ${longestExpression} characters.`);
  const names = expression.replace(/\d[\d.]*(?:e[+-]?\d+)?/gi, '').match(/['"]|[\p{L}_]\w*/gu) ?? [];
  const unknown = names.find((name) => !arithmetic.includes(name));
  if (unknown !== undefined) {
    throw new Error(`The calculator does not know ${unknown}: an expression has numbers, operators and ${arithmetic.join(', ')}.`);
  }
  const { compileExpression } = await import('../../engine/expression/compile.js');
  const compiled = compileExpression(expression);
  const value = compiled.evaluate({});
  if (value === null || value === undefined) throw new Error(`'${expression}' has no result.`);
  return value;
};

/** The path of the vendor's tool that runs code. */
const codeExecution = 'microsoft/code-execution/microsoft';

/** Runs an action of an index, and returns the input of any other. */
function toolOf(platform: Platform, subject: Subject, record: JsonRecord | undefined): BlockHandler {
  return async (context) => {
    const actions = record && (await listOf(platform.store, [subject.teamId], record, 'actions'));
    const isIndex = actions?.some((action) => isNamed(action, ['upsert'])) === true;
    const done = await runIndexAction(platform, subject, context.inputs, isIndex);
    return done ? done.value : echo(context);
  };
}

/**
 * What runs an asset without a handler: the calculator calculates; a model of the function `translation` translates a few words, and one
 * of `image-generation` gives the URL of an image; a tool keeps the records of an index and searches them; code is not run, which is said
 * where its errors would be. All others return their input.
 */
export function standInOf(platform: Platform, subject: Subject, record: JsonRecord | undefined): BlockHandler {
  if (subject.assetId === 'calculator') return calculate;
  if (record?.path === codeExecution) {
    return () => ({ stdout: '', stderr: `Code is not run here: register platform.block('${subject.assetId}', handler).` });
  }
  const functions = keysOf(record?.function).map(spelling);
  if (functions.includes('translation')) return translate;
  if (functions.includes('image-generation')) return drawing(platform);
  return subject.collection === 'tools' ? toolOf(platform, subject, record) : echo;
}
