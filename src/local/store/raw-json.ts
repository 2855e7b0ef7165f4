/** The length of JSON text from which parsing it and writing it again takes noticeable time. */
const long = 64 * 1024;

/** Long JSON text from the store, which goes into a response as it is. */
export class RawJson {
  constructor(readonly text: string) {}

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** A value from its JSON text, or long text as it is. */
export function readJson(text: string): unknown {
  return text.length > long ? new RawJson(text) : JSON.parse(text);
}
