/**
 * The members of an options object that is given as pairs: a Headers object, a URLSearchParams object or a Map. A name that occurs more than
 * once has a list of values. Anything else is returned as it is.
 */
export function membersOf<T>(given: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> | undefined {
  if (typeof given !== 'object' || given === null || !(Symbol.iterator in given)) return given;
  const members: Record<string, unknown> = {};
  for (const [name, value] of given as unknown as Iterable<readonly [string, T]>) {
    members[name] = Object.hasOwn(members, name) ? [members[name], value].flat() : value;
  }
  return members as Record<string, T>;
}
