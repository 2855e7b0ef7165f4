/** An item of a heap. */
export interface HeapItem {
  /** The sort key. */
  at: number;
  /** Its index in the heap's array; negative when it is not in a heap. */
  index: number;
}

/** A binary min-heap. Adding an item and removing any item take logarithmic time. */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];

  get first(): T | undefined {
    return this.#items[0];
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    this.#siftUp(item, this.#items.length);
  }

  remove(item: T): void {
    const { index } = item;
    if (index < 0) return;
    item.index = -1;
    const last = this.#items.pop()!;
    if (last === item) return;
    if (last.at < item.at) this.#siftUp(last, index);
    else this.#siftDown(last, index);
  }

  #siftUp(item: T, from: number): void {
    let at = from;
    for (let above = (at - 1) >> 1; at > 0 && this.#items[above]!.at > item.at; above = (at - 1) >> 1) {
      this.#put(this.#items[above]!, at);
      at = above;
    }
    this.#put(item, at);
  }

  #siftDown(item: T, from: number): void {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const below = right < this.#items.length && this.#items[right]!.at < this.#items[left]!.at ? right : left;
      if (below >= this.#items.length || this.#items[below]!.at >= item.at) break;
      this.#put(this.#items[below]!, at);
      at = below;
    }
    this.#put(item, at);
  }

  #put(item: T, at: number): void {
    this.#items[at] = item;
    item.index = at;
  }
}
