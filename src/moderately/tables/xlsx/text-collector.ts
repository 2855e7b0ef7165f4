/** Collects the text of a string item: the text of its `t` elements and rich runs, without phonetic hints (ECMA-376 §18.4). */
export class TextCollector {
  #text = '';
  #isInText = false;
  #isInHint = false;

  clear(): void {
    this.#text = '';
    this.#isInText = false;
    this.#isInHint = false;
  }

  open(name: string): void {
    if (name === 't') this.#isInText = !this.#isInHint;
    else if (name === 'rPh') this.#isInHint = true;
  }

  add(text: string): void {
    if (this.#isInText) this.#text += text;
  }

  close(name: string): void {
    if (name === 't') this.#isInText = false;
    else if (name === 'rPh') this.#isInHint = false;
  }

  take(): string {
    const text = unescaped(this.#text);
    this.clear();
    return text;
  }
}

/** Reads the escapes of characters that XML lacks, such as `_x000D_` (ECMA-376 §22.9.2.19). */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_escape, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
