// Items in the order of their numbers: appended, replaced in place, removed, and walked from any number on.

import type { StoredItem } from "./item.js";

export class OrderedItems {
  #slots: (StoredItem | number)[] = []; // A bare number is the place of an item that is gone.
  #gone = 0;

  get size(): number {
    return this.#slots.length - this.#gone;
  }

  /** Adds an item, or replaces the version that has its number. */
  set(item: StoredItem): void {
    const at = this.#find(item.number);
    const slot = this.#slots[at];
    if (slot === undefined) {
      this.#slots.push(item);
      return;
    }
    if (numberOf(slot) !== item.number) {
      this.#slots.splice(at, 0, item);
      return;
    }
    if (typeof slot === "number") this.#gone--;
    this.#slots[at] = item;
  }

  remove(item: StoredItem): void {
    const at = this.#find(item.number);
    const slot = this.#slots[at];
    if (typeof slot !== "object" || slot.number !== item.number) return;
    this.#slots[at] = item.number;
    this.#gone++;
    if (this.#gone > 64 && this.#gone > this.#slots.length / 2) {
      this.#slots = this.#slots.filter((kept) => typeof kept === "object");
      this.#gone = 0;
    }
  }

  /** The items whose number is at least `number`. The walk must end before the next write. */
  *from(number: number): Generator<StoredItem> {
    const slots = this.#slots;
    for (let at = this.#find(number); at < slots.length; at++) {
      const slot = slots[at]!;
      if (typeof slot === "object") yield slot;
    }
  }

  get(number: number): StoredItem | undefined {
    const slot = this.#slots[this.#find(number)];
    return typeof slot === "object" && slot.number === number ? slot : undefined;
  }

  // The first slot whose number is at least `number`.
  #find(number: number): number {
    const slots = this.#slots;
    const last = slots.at(-1);
    if (last === undefined || numberOf(last) < number) return slots.length;
    let low = 0;
    let high = slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (numberOf(slots[middle]!) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function numberOf(slot: StoredItem | number): number {
  return typeof slot === "number" ? slot : slot.number;
}
