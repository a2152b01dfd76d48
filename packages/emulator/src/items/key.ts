// The partition key that a request names.

import { badRequest, wrongKeyShape } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";
import { type KeyComponent, parseKey } from "../partition/key.js";
import type { Container } from "../store/container.js";

/** The whole key from the header. Throws 400 where it is missing, or 400/1001 where it isn't a key of this container. */
export function requireKey(container: Container, request: ServiceRequest): readonly KeyComponent[] {
  const header = request.headers.get("x-ms-documentdb-partitionkey");
  if (header === undefined) throw badRequest("PartitionKey value must be supplied for this operation.", 1001);
  return checkKey(container, header);
}

/** The same, from a text. */
export function checkKey(container: Container, text: string): readonly KeyComponent[] {
  const key = keyOf(container, text);
  if (key === undefined) throw badRequest("Partition key is invalid: it is not a JSON array of scalar values.", 1001);
  if (key.length !== container.partitionKey.paths.length) throw wrongKeyShape();
  return key;
}

/** The key that a text names, or undefined where it is none. A container of before partition keys is asked for with an empty one. */
export function keyOf(container: Container, text: string): readonly KeyComponent[] | undefined {
  const key = parseKey(text);
  return key?.length === 0 && container.definition.isUnpartitioned ? [undefined] : key;
}
