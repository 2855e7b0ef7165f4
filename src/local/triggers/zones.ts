/** A day and a time of day, as clocks on a wall show them. */
export interface WallTime {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** Whether this is the name of a time zone, such as `Europe/London` or `UTC`. */
export function isZone(name: unknown): name is string {
  try {
    return typeof name === 'string' && formatOf(name) !== undefined;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const numeric = 'numeric' as const;
    const parts = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...parts });
    formats.set(zone, format);
  }
  return format;
}

/** What clocks in a zone show at a time, in milliseconds since the epoch. */
export function wallTime(time: number, zone: string): WallTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return { year: part('year'), month: part('month'), day: part('day'), hour: part('hour'), minute: part('minute') };
}

const asUtc = ({ year, month, day, hour, minute }: WallTime): number => Date.UTC(year, month - 1, day, hour, minute);

/**
 * The time, in milliseconds since the epoch, at which clocks in a zone show this: the first one where they show it twice. A time
 * that clocks skip in spring is as much later as they skip. Days and months beyond the last carry over.
 */
export function timeAt(wall: WallTime, zone: string): number {
  const wanted = asUtc(wall);
  const offsetAt = (time: number): number => asUtc(wallTime(time, zone)) - Math.floor(time / 60_000) * 60_000;
  const day = 86_400_000;
  const [before, after] = [offsetAt(wanted - day), offsetAt(wanted + day)];
  const candidates = [wanted - before, wanted - after].filter((time) => asUtc(wallTime(time, zone)) === wanted);
  return candidates.length > 0 ? Math.min(...candidates) : wanted - before;
}
