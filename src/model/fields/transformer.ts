import type { TypeMetadata } from 'class-transformer';
import type { ExposeMetadata } from 'class-transformer/types/interfaces/metadata/expose-metadata.interface.js';
import { TransformationType } from '#class-transformer/enums/transformation-type.enum.js';
import { defaultMetadataStorage as metadata } from '#class-transformer/storage.js';
import type { TransformOptions } from '../ports/transform-options.js';
import { FieldTransformer } from './field-transformer.js';
// The package's index does not export the registry of its decorators, so it is imported from its own file.
import type { ComputedValue, Transformation } from './metadata.js';

/** A direction of conversion. */
type Direction = 'toClass' | 'toPlain';

/** The settings of class-transformer's decorators for one property of a class. */
export interface TransformerHints {
  /** From `@Type`. */
  type: TypeMetadata | undefined;
  /** From `@Expose({ name })`: the key in responses. */
  name: string | undefined;
  /** From `@Expose({ name })`: the key in requests. */
  sentName: string | undefined;
  /** Whether the property is read: not excluded, and exposed where its class requires it. */
  reads: boolean;
  /** Whether the property is sent. */
  sends: boolean;
  /** From `@Transform`, for reading; undefined when there is none. */
  toLocal: Transformation | undefined;
  /** From `@Transform`, for sending; undefined when there is none. */
  toWire: Transformation | undefined;
  /** Whether a missing key is transformed as well: only what `@Expose` names is there without a key. */
  readsMissing: boolean;
  sendsMissing: boolean;
}

/** All of a property's `@Expose`s by class: the registry keeps the last one only, and so loses the name of the other direction. */
const exposes = new WeakMap<object, Map<string | undefined, ExposeMetadata[]>>();
const addExposeMetadata = metadata.addExposeMetadata.bind(metadata);
metadata.addExposeMetadata = (expose: ExposeMetadata): void => {
  const target: object = expose.target;
  const own = exposes.get(target) ?? new Map<string | undefined, ExposeMetadata[]>();
  exposes.set(target, own);
  own.set(expose.propertyName, [...(own.get(expose.propertyName) ?? []), expose]);
  addExposeMetadata(expose);
};

function lineage(target: object): object[] {
  const chain: object[] = [];
  for (let at: object | null = target; typeof at === 'function' && at !== Function.prototype; at = Object.getPrototypeOf(at))
    chain.push(at);
  return chain;
}

/** The `@Expose`s of the nearest class that has any for the property. */
function exposesOf(target: object, property: string): readonly ExposeMetadata[] {
  for (const at of lineage(target)) {
    const own = exposes.get(at)?.get(property);
    if (own) return own;
  }
  const single = metadata.findExposeMetadata(target as never, property);
  return single ? [single] : [];
}

/** Whether a class shows only what it exposes. A class made of another one, by `@Entity` or `bind`, and its subclasses are as that one is. */
export function excludesAll(target: object): boolean {
  for (const at of lineage(target)) {
    const strategy = metadata.getStrategy(at as never);
    if (strategy !== 'none') return strategy === 'excludeAll';
  }
  return false;
}

function appliesTo({ toClassOnly, toPlainOnly }: { toClassOnly?: boolean; toPlainOnly?: boolean }, direction: Direction): boolean {
  if (toClassOnly === true && toPlainOnly === true) return true;
  return direction === 'toClass' ? toPlainOnly !== true : toClassOnly !== true;
}

/** Reads class-transformer's decorators of one property, inherited ones included, for some groups and a version. */
export function transformerHints(target: object, property: string, options: TransformOptions): TransformerHints {
  const read = sideOf(target, property, 'toClass', options);
  const sent = sideOf(target, property, 'toPlain', options);
  return {
    type: metadata.findTypeMetadata(target as never, property),
    name: read.name,
    sentName: sent.name,
    reads: read.visible,
    sends: sent.visible,
    toLocal: read.transform,
    toWire: sent.transform,
    readsMissing: read.exposed,
    sendsMissing: sent.exposed,
  };
}

function sideOf(target: object, property: string, direction: Direction, options: TransformOptions) {
  const exposed = exposesOf(target, property).filter((expose) => appliesTo(expose.options, direction));
  const exclude = metadata.findExcludeMetadata(target as never, property);
  const executor = new FieldTransformer(
    direction === 'toClass' ? TransformationType.PLAIN_TO_CLASS : TransformationType.CLASS_TO_PLAIN,
    options,
  );
  const allowed = exposed.every(({ options: { groups, since, until } }) => {
    const inGroup = groups === undefined || groups.length === 0 || (options.groups?.length ? executor.checkGroups(groups) : false);
    return inGroup && (options.version === undefined || executor.checkVersion(since, until));
  });
  const visible = allowed && !(exclude && appliesTo(exclude.options, direction)) && (exposed.length > 0 || !excludesAll(target));
  const hasTransform = metadata.findTransformMetadatas(target as never, property, executor.transformationType).length > 0;
  const transform: Transformation = (value, obj) =>
    executor.applyCustomTransformations(value, target, property, obj, executor.transformationType);
  return {
    visible,
    exposed: exposed.length > 0,
    name: exposed.findLast((expose) => expose.options.name !== undefined)?.options.name,
    transform: hasTransform ? transform : undefined,
  };
}

/** The getters and methods of a class that `@Expose` makes values. */
export function computedValues(target: object, isField: (property: string) => boolean, options: TransformOptions): ComputedValue[] {
  const names = new Set(metadata.getExposedMetadatas(target as never).map(({ propertyName }) => propertyName as string));
  const prototype = (target as { prototype: object }).prototype;
  return [...names].flatMap((property) => {
    if (isField(property) || !(property in prototype)) return [];
    const { visible, name = property, transform } = sideOf(target, property, 'toPlain', options);
    return visible ? [{ property, name, transform }] : [];
  });
}
