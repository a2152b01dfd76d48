/** The account and the way to it: endpoint, key, clock, regions, the SDK's version. */
import { Constants } from "@azure/cosmos";
import type { Workspace } from "../config/workspace.js";
import { failureOf } from "../terminal/failure.js";
import { bad, type Finding, ok, warning } from "./finding.js";

/** The last one is bad where nothing else of the account can be asked. */
export async function checkAccount(workspace: Workspace, now: () => number): Promise<readonly Finding[]> {
  const sdk = checkSdk(Constants.SDKVersion);
  try {
    const account = await workspace.account();
    const before = now();
    const { resource, headers } = await account.getDatabaseAccount();
    const after = now();
    const regions = resource?.writableLocations.length ?? 0;
    return [
      sdk,
      ok("endpoint", `${workspace.endpoint() ?? ""} answers in ${after - before} ms`),
      checkClock(Date.parse(String(headers["date"] ?? "")), (before + after) / 2),
      ...(regions > 1
        ? [
            warning(
              "regions",
              `The account has ${regions} write regions: with last-writer-wins a patch under If-Match can be lost.`,
              "Write to one region, or let each document be written from one region alone.",
            ),
          ]
        : []),
    ];
  } catch (error) {
    const { message, code } = failureOf(error, workspace.endpoint());
    return [
      sdk,
      bad(
        "endpoint",
        message,
        code === "ACCOUNT_401"
          ? "Read the key again from the account, and roll it if it was lost."
          : "Mend the connection; the rest was not checked.",
      ),
    ];
  }
}

/** In milliseconds. Fifteen minutes are what a reader allows a stamp to be ahead, and the service a request to be off. */
export function checkClock(server: number, own: number): Finding {
  if (Number.isNaN(server))
    return warning("clock", "The account doesn't tell its time.", "Compare the clock with a time server.");
  const off = Math.round((own - server) / 1000);
  const text = `The clock of this machine is ${Math.abs(off)} s ${off < 0 ? "behind" : "ahead of"} the account's.`;
  const remedy = "Synchronise the clocks (NTP) of every machine that writes.";
  if (Math.abs(off) >= 900) return bad("clock", `${text} Documents that it seals are refused.`, remedy);
  if (Math.abs(off) >= 30) return warning("clock", text, remedy);
  return ok("clock", "The clocks of this machine and of the account agree.");
}

export function checkSdk(version: string): Finding {
  if (/^4\.(9|10)\./.test(version)) return ok("sdk", `@azure/cosmos ${version} is a version that is tested.`);
  return warning(
    "sdk",
    `@azure/cosmos ${version} is not a version that is tested: methods that it has more are refused.`,
    "Use 4.9 or 4.10, or a newer Cosmoseal.",
  );
}
