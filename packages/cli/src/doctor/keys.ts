/** Pins, key-encryption key, key store, and the keys of every declared container. */
import type { RootWrap, SealOptions } from "cosmoseal";
import type { Target } from "../config/target.js";
import { headOf } from "../keys/head.js";
import type { Session } from "../session.js";
import { failureOf } from "../terminal/failure.js";
import { bad, type Finding, ok, warning } from "./finding.js";

export async function checkKeys(
  session: Session,
  targets: readonly Target[],
  now: number,
): Promise<readonly Finding[]> {
  const seal = await session.workspace.seal();
  const pins = checkPins(seal.pin, now);
  try {
    const client = await session.workspace.client();
    const head = await headOf(session);
    await client.ready({ signal: session.signal });
    const scopes = [];
    for (const target of targets) scopes.push(...(await checkScope(session, target, now)));
    return [
      ...pins,
      ok("keys", `The root key opens (epoch ${head.epoch}), and every container has its keys.`),
      ...checkWraps(head.wraps),
      ...scopes,
    ];
  } catch (error) {
    const { code, message } = failureOf(error, session.workspace.endpoint());
    const remedy =
      code === "ERR_SCOPE_UNKNOWN"
        ? "cosmoseal keys create makes what is missing."
        : 'See docs/keys.md, "When something is wrong".';
    return [...pins, bad("keys", `${code}: ${message}`, remedy)];
  }
}

/** Of a list each pin but the newest has an end: two weeks before it is told. */
export function checkPins(pin: SealOptions["pin"], now: number): readonly Finding[] {
  if (pin === undefined) return [ok("pin", "The pin is in the key file, which lies with you.")];
  if (typeof pin === "string") return [ok("pin", "One root key is pinned.")];
  const ends = pin.map(({ until }) => (until === undefined ? Number.POSITIVE_INFINITY : new Date(until).getTime()));
  const findings = ends.flatMap((end, i) => {
    const day = Number.isFinite(end) ? new Date(end).toISOString().slice(0, 10) : "";
    if (end <= now) return [warning("pin", `Pin ${i + 1} has run out on ${day}.`, "Take it out of the configuration.")];
    if (end - now < 14 * 86_400_000) {
      return [
        warning(
          "pin",
          `Pin ${i + 1} runs out on ${day}.`,
          "See that every process pins the new root key, and that keys rekey was run.",
        ),
      ];
    }
    return [];
  });
  const open = ends.filter((end) => end === Number.POSITIVE_INFINITY).length;
  if (open > 1) {
    findings.push(
      warning(
        "pin",
        `${open} root keys are pinned for good: either is believed.`,
        "Give the old one an end: { pin, until }.",
      ),
    );
  }
  return findings.length === 0 ? [ok("pin", `${pin.length} root keys are pinned, all but one with an end.`)] : findings;
}

function checkWraps(wraps: readonly RootWrap[]): readonly Finding[] {
  if (wraps.length > 1) return [ok("wraps", `The root key is under ${wraps.length} key-encryption keys.`)];
  return [
    warning(
      "wraps",
      "The root key is under one key-encryption key: if that is lost, everything sealed is.",
      "Add another with cosmoseal keys add-wrap, or keep a tested copy of passphrase or KMS key.",
    ),
  ];
}

const OLD = 2 * 365 * 86_400_000;

async function checkScope(
  { workspace, signal }: Session,
  { name, definition }: Target,
  now: number,
): Promise<readonly Finding[]> {
  const { keys } = await workspace.client();
  const all = await keys.describe(definition, undefined, { signal });
  const old = all.filter(
    ({ state, created, kind }) => state === "active" && kind !== "identity" && now - created > OLD,
  );
  if (old.length === 0) return [];
  return [
    warning(
      "keys",
      `${name}: ${old.length} active keys are older than two years.`,
      "cosmoseal keys rotate makes new ones for new writes.",
    ),
  ];
}
