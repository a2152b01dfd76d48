// One way to seal and open the document: from the object to the text that is sent, and from the text that comes back to the object.
import type { Customer } from "./customer.js";

export interface Variant {
  readonly name: string;
  /** What it does for that, in a few words. */
  readonly note: string;
  write(document: Customer): string | Promise<string>;
  read(stored: string): unknown;
  close?(): Promise<void>;
}

/** Microseconds for one document. */
export interface Cost {
  readonly write: number;
  readonly read: number;
  /** Of the text that is sent. */
  readonly bytes: number;
}
