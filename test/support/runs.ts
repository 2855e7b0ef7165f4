/** How often a long property is tried: as often as it says with THOROUGH=1, which CI sets, else a quarter of that. */
export function runs(all: number): number {
  return process.env.THOROUGH === '1' ? all : Math.ceil(all / 4);
}
