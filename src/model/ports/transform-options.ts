/** What class-transformer's options of that name say; see its documentation. */
export interface TransformOptions {
  /** Properties exposed to groups are there for these groups only. Default: none, so that they are hidden. */
  groups?: readonly string[] | undefined;
  /** Compared with `since` and `until`. Default: every version. */
  version?: number | undefined;
}

/** Options of `toDict()`. */
export interface DictOptions extends TransformOptions {
  /** Whether the values of secret fields are in it. Default: false. */
  secrets?: boolean | undefined;
}
