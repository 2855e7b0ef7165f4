/** An item of a heap. */
export interface HeapItem {
  /** The sort key. It is changed by `add` only. */
  at: number;
  /** Its index in the heap's array; negative when it is not in a heap. */
  index: number;
}

/** A binary min-heap. Adding an item and removing any item take logarithmic time. */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];
  /** The sort keys of the items, beside each other in memory: thousands of items are compared each second. */
  readonly #keys: number[] = [];

  get first(): T | undefined {
    return this.#items[0];
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: T, at: number): void {
    item.at = at;
    this.#siftUp(item, at, this.#items.length);
  }

  remove(item: T): void {
    const { index } = item;
    if (index < 0) return;
    const key = this.#keys[index]!;
    item.index = -1;
    const last = this.#items.pop()!;
    const lastKey = this.#keys.pop()!;
    if (last === item) return;
    if (lastKey < key) this.#siftUp(last, lastKey, index);
    else this.#siftDown(last, lastKey, index);
  }

  #siftUp(item: T, key: number, from: number): void {
    const keys = this.#keys;
    let at = from;
    for (let above = (at - 1) >> 1; at > 0 && keys[above]! > key; above = (at - 1) >> 1) {
      this.#put(this.#items[above]!, keys[above]!, at);
      at = above;
    }
    this.#put(item, key, at);
  }

  #siftDown(item: T, key: number, from: number): void {
    const keys = this.#keys;
    const size = keys.length;
    let at = from;
    for (let below = 2 * at + 1; below < size; below = 2 * at + 1) {
      if (below + 1 < size && keys[below + 1]! < keys[below]!) below++;
      if (keys[below]! >= key) break;
      this.#put(this.#items[below]!, keys[below]!, at);
      at = below;
    }
    this.#put(item, key, at);
  }

  #put(item: T, key: number, at: number): void {
    this.#items[at] = item;
    this.#keys[at] = key;
    item.index = at;
  }
}
