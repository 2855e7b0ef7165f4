/** Made on first use, so that the package can be imported where there is none. */
let encoder: TextEncoder | undefined;

/** A text in UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  encoder ??= new TextEncoder();
  return encoder.encode(text);
}
