import { z } from 'zod';
import { type RunContext, toJson, toText } from '../values/convert.js';
import { isObject, messageOf } from '../values/kinds.js';
import { collect, Table } from '../values/table.js';
import { compileTemplate, type Template } from '../values/template.js';
import { defineBlock } from './definition.js';

type Variables = Readonly<Record<string, unknown>>;

const ports = () => ({ inputs: [], open: true, outputs: [{ name: 'data', gives: 'any' as const }] });

/**
 * Fills in a text template. Each input port is a variable, and so is each member of an object on the port `data`. Text is
 * inserted as it is, null as nothing, a text file as its content, any other value as JSON. White space around the result is
 * removed unless `strip_whitespace` is false.
 * @throws for an unknown variable, listing the known ones.
 */
export const stringTemplate = defineBlock({
  type: 'string_template',
  config: z.looseObject({ template: z.string(), strip_whitespace: z.boolean().default(true) }),
  ports,
  check: ({ template }) => problemOf(() => compileTemplate(template)),
  run: async ({ config, inputs, ...context }) => {
    const text = await fill(compileTemplate(config.template), await variablesOf(inputs), context);
    return config.strip_whitespace ? text.trim() : text;
  },
});

/**
 * Fills in all strings of an object, at any depth. The variables are those of a string template. A string that consists of a
 * single `{{ placeholder }}` becomes the value itself: a number stays a number and rows become a list.
 * @throws for an unknown variable, listing the known ones.
 */
export const jsonTemplate = defineBlock({
  type: 'json_template',
  config: z.looseObject({ template: z.record(z.string(), z.unknown()) }),
  ports,
  check: ({ template }) => problemOf(() => eachText(template, compileTemplate)),
  run: async ({ config, inputs, ...context }) => {
    const variables = await variablesOf(inputs);
    const filled = eachText(config.template, (text) => {
      const template = compileTemplate(text);
      const [only] = template.parts;
      return template.parts.length === 1 && typeof only === 'function' ? only(variables) : fill(template, variables, context);
    });
    return toJson(await settle(filled));
  },
});

async function variablesOf(inputs: Variables): Promise<Variables> {
  const loaded = await Promise.all(
    Object.entries(inputs).map(async ([name, value]) => [name, value instanceof Table ? await collect(value) : value] as const),
  );
  const variables = Object.fromEntries(loaded);
  return isObject(variables.data) ? { ...variables.data, ...variables } : variables;
}

async function fill({ parts }: Template, variables: Variables, context: RunContext): Promise<string> {
  const texts = await Promise.all(parts.map((part) => (typeof part === 'string' ? part : toText(part(variables), context))));
  return texts.join('');
}

/** A copy of the value with each string in it replaced. */
function eachText(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => eachText(item, change));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, eachText(member, change)])) : value;
}

/** A copy of the value with each promise in it resolved. */
async function settle(value: unknown): Promise<unknown> {
  const settled = await value;
  if (Array.isArray(settled)) return Promise.all(settled.map(settle));
  if (!isObject(settled) || Object.getPrototypeOf(settled) !== Object.prototype) return settled;
  return Object.fromEntries(await Promise.all(Object.entries(settled).map(async ([key, member]) => [key, await settle(member)] as const)));
}

function problemOf(compile: () => unknown): string[] {
  try {
    compile();
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}
