// Resource ids: 4 bytes for a database, 8 for a container, 16 for a document; base64 with "-" for "/".

import { randomBytes } from "node:crypto";

export function newDatabaseRid(): string {
  return encode(randomBytes(4));
}

/** The database's four bytes, then four of the container's own; the highest bit tells a container from a user. */
export function newContainerRid(databaseRid: string): string {
  const own = randomBytes(4);
  own[0]! |= 0x80;
  return encode(Buffer.concat([decode(databaseRid), own]));
}

/** The same for a user. */
export function newUserRid(databaseRid: string): string {
  const own = randomBytes(4);
  own[0]! &= 0x7f;
  return encode(Buffer.concat([decode(databaseRid), own]));
}

/** Eight random bytes under what owns it, for permissions and scripts. */
export function randomChildRid(ownerRid: string): string {
  return encode(Buffer.concat([decode(ownerRid), randomBytes(8)]));
}

/** The container's eight bytes, then the document's number; little-endian, as the SDK compares them. */
export function documentRid(containerRid: string, number: number): string {
  const own = Buffer.alloc(8);
  own.writeBigUInt64LE(BigInt(number));
  return encode(Buffer.concat([decode(containerRid), own]));
}

/** Four more bytes under a container or a database, for ranges and keys. */
export function childRid(parentRid: string, number: number): string {
  const own = Buffer.alloc(8);
  own.writeUInt32LE(number);
  own[7] = 0x50;
  return encode(Buffer.concat([decode(parentRid), own]));
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("/", "-");
}

function decode(rid: string): Buffer {
  return Buffer.from(rid.replaceAll("-", "/"), "base64");
}
