// What became of the items of a range, version by version, for as long as it is kept.

import type { StoredItem } from "./item.js";

export interface Version {
  readonly kind: "create" | "replace" | "delete";
  /** The version that was written; of a deletion, the one that was deleted. */
  readonly item: StoredItem;
  readonly previous: StoredItem | undefined;
  readonly lsn: number;
  /** Seconds. */
  readonly timestamp: number;
  /** True for a deletion because the time to live was over. */
  readonly expired: boolean;
}

export class History {
  #versions: Version[] = [];
  /** Up to here some versions are no longer known. */
  lostLsn = 0;

  add(version: Version, retentionSeconds: number): void {
    this.#versions.push(version);
    // Now and then, so that what nobody reads doesn't grow without end.
    if (this.#versions.length % 1024 === 0) this.trim(version.timestamp - retentionSeconds);
  }

  /** Forgets what is older than a time in seconds. */
  trim(oldest: number): void {
    const kept = this.#versions.findIndex((version) => version.timestamp >= oldest);
    const lost = kept < 0 ? this.#versions.length : kept;
    if (lost === 0) return;
    this.lostLsn = this.#versions[lost - 1]!.lsn;
    this.#versions = this.#versions.slice(lost);
  }

  /** In the order of their lsn. */
  *after(lsn: number): Generator<Version> {
    for (const version of this.#versions) if (version.lsn > lsn) yield version;
  }

  /** Takes the part of another history that a condition picks. */
  takeOver(parent: History, picks: (item: StoredItem) => boolean): void {
    this.#versions = parent.#versions.filter((version) => picks(version.item));
    this.lostLsn = parent.lostLsn;
  }
}
