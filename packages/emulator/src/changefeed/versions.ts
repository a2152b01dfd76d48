// All versions and deletes: every change with the image before it, for as long as the container's policy keeps them.

import { badRequest } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";
import { isTargeted, type Target } from "../query/target.js";
import type { Service } from "../service.js";
import type { Container } from "../store/container.js";
import type { Version } from "../store/history.js";
import type { PartitionRange } from "../store/range.js";
import { Transaction } from "../store/transaction.js";
import type { Change, Start } from "./changes.js";

const WIRE_FORMAT = "2021-09-15";

/** Throws 400 where the container keeps no versions, or where the request asks for another format. */
export function checkVersions(container: Container, request: ServiceRequest): void {
  if (container.definition.retentionSeconds === undefined) {
    throw badRequest(
      "The change feed of all versions and deletes is not enabled: the container has no changeFeedPolicy with a retentionDuration.",
    );
  }
  if (request.headers.get("x-ms-cosmos-changefeed-wire-format-version") !== WIRE_FORMAT) {
    throw badRequest(`The full-fidelity feed is answered in the wire format ${WIRE_FORMAT} alone.`);
  }
}

/** Items whose time to live is over are gone for every reader; here they leave the store, so that the feed can tell of it. */
export function dropExpired(service: Service, container: Container, range: PartitionRange): void {
  if (container.definition.defaultTtl === undefined) return;
  const now = service.clock();
  const expired = [...range.all.from(0)].filter((item) => !container.isLive(item, now));
  if (expired.length === 0) return;
  const transaction = new Transaction(container, service.clock);
  const ended = (item: (typeof expired)[number]) => container.endOf(item)!;
  for (const item of expired.sort((left, right) => ended(left) - ended(right))) transaction.remove(item);
  transaction.commit();
}

/** Throws 400 where the reader stopped so long ago that versions are missing. */
export function* versionsAfter(target: Target, range: PartitionRange, start: Start, now: number): Generator<Change> {
  const retention = target.container.definition.retentionSeconds!;
  range.history.trim(now / 1000 - retention);
  if (start.lsn !== undefined && start.lsn < range.history.lostLsn) {
    throw badRequest(
      "The change feed's continuation is older than the versions that the container's changeFeedPolicy keeps.",
    );
  }
  for (const version of range.history.after(start.lsn ?? 0)) {
    if (!isTargeted(target.key, target.part, version.item) || version.timestamp < start.since) continue;
    yield { lsn: version.lsn, text: textOf(version) };
  }
}

function textOf({ kind, item, previous, lsn, timestamp, expired }: Version): string {
  const metadata = JSON.stringify({
    operationType: kind,
    lsn,
    crts: timestamp,
    ...(previous === undefined ? {} : { previousImageLSN: previous.lsn }),
    ...(expired ? { timeToLiveExpired: true } : {}),
  });
  const current = kind === "delete" ? "" : `"current":${item.text},`;
  const before = previous === undefined ? "" : `"previous":${previous.text},`;
  return `{${current}${before}"metadata":${metadata}}`;
}
