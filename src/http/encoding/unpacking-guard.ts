/** Ratios are checked past this number of unpacked bytes, since a short body of one repeated character compresses well. */
const RATIO_FLOOR = 1024 * 1024;

/** What decompression may produce. */
export interface UnpackingBounds {
  /** The most bytes. */
  bytes: number;
  /** The name of the setting of `bytes`. */
  setting: string;
  /** The highest ratio of unpacked to received bytes. */
  ratio: number;
}

/** For what is limited in another way. */
export const UNBOUNDED: UnpackingBounds = { bytes: Number.POSITIVE_INFINITY, setting: '', ratio: Number.POSITIVE_INFINITY };

/** Refuses to decompress more than the bounds allow. */
export class UnpackingGuard {
  readonly #bounds: UnpackingBounds;
  readonly #fail: (what: string) => Error;

  /** @param fail Makes the error. */
  constructor(bounds: UnpackingBounds, fail: (what: string) => Error) {
    this.#bounds = bounds;
    this.#fail = fail;
  }

  /**
   * @param received The bytes received so far, compressed; Infinity when they are not known.
   * @throws the guard's error, which names the setting.
   */
  check(received: number, unpacked: number): void {
    const { bytes, setting, ratio } = this.#bounds;
    if (unpacked > bytes) throw this.#fail(`it decompresses to more than ${bytes} bytes, the limit of the setting \`${setting}\``);
    if (unpacked > RATIO_FLOOR && unpacked > received * ratio)
      throw this.#fail(
        `${received} bytes decompress to ${unpacked} or more, over ${ratio} times as many, the limit of the setting \`limits.unpackingRatio\``,
      );
  }
}
