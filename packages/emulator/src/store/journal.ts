// The append log: one line per write, each with a checksum, so that what was acknowledged survives and what was torn is seen.

import { closeSync, fdatasync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";

export interface Journal {
  /** Appends one record, whole or (after a crash) not at all. */
  append(record: unknown): void;
  /** Resolves when every record appended so far is as durable as the journal promises. */
  settled(): Promise<void>;
  close(): void;
}

/** The journal of an emulator without a directory. */
export const noJournal: Journal = { append() {}, settled: async () => {}, close() {} };

export interface JournalOptions {
  /** Wait for the disk before acknowledging; without it a write survives the process but not the machine. */
  readonly fsync: boolean;
  /** Told when the last record was incomplete and has been dropped. */
  readonly onTorn: (message: string) => void;
}

/** Opens (or starts) the log and hands back the records it holds, ready to append the next. */
export function openJournal(path: string, options: JournalOptions): { records: readonly unknown[]; journal: Journal } {
  const file = openSync(path, "a+");
  const { records, length, total } = readRecords(path);
  if (length < total) {
    ftruncateSync(file, length);
    options.onTorn(`${path}: the last record was incomplete (${total - length} bytes) and has been dropped.`);
  }
  return { records, journal: appendTo(file, options.fsync) };
}

function readRecords(path: string): { records: readonly unknown[]; length: number; total: number } {
  const bytes = readFileSync(path);
  const records: unknown[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    const record = end < 0 ? undefined : parseLine(bytes.subarray(start, end));
    if (record === undefined) {
      // Torn writes leave a damaged tail; damage with whole records behind it is something else, and is not guessed away.
      if (end >= 0 && holdsRecord(bytes, end + 1)) {
        throw new Error(
          `${path}: the record at byte ${start} is damaged. Restore the file, or remove it to start empty.`,
        );
      }
      return { records, length: start, total: bytes.length };
    }
    records.push(record.value);
    start = end + 1;
  }
  return { records, length: start, total: bytes.length };
}

function holdsRecord(bytes: Buffer, from: number): boolean {
  for (let start = from; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return false;
    if (parseLine(bytes.subarray(start, end)) !== undefined) return true;
    start = end + 1;
  }
  return false;
}

function parseLine(line: Buffer): { value: unknown } | undefined {
  const text = line.subarray(9);
  if (line.subarray(0, 9).toString("latin1") !== `${checksum(text)} `) return undefined;
  return { value: JSON.parse(text.toString("utf8")) as unknown };
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, "0");
}

function appendTo(file: number, fsync: boolean): Journal {
  let written = 0;
  let synced = 0;
  let syncing: Promise<void> | undefined;
  let closed = false;

  // One sync at a time; a write that comes during one waits for the next, together with all the others.
  const sync = async (): Promise<void> => {
    const target = written;
    while (synced < target && !closed) {
      syncing ??= new Promise<void>((resolve, reject) => {
        const upTo = written;
        fdatasync(file, (error) => {
          syncing = undefined;
          // What was dropped together with its container needs no disk.
          if (error && !closed) return reject(error);
          synced = upTo;
          resolve();
        });
      });
      await syncing;
    }
  };

  return {
    append(record) {
      const text = Buffer.from(JSON.stringify(record), "utf8");
      const line = Buffer.concat([Buffer.from(`${checksum(text)} `, "latin1"), text, Buffer.of(0x0a)]);
      for (let at = 0; at < line.length; ) at += writeSync(file, line, at);
      written++;
    },
    settled: fsync ? sync : async () => {},
    close() {
      closed = true;
      closeSync(file);
    },
  };
}
