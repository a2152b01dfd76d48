/** `cosmoseal exposure`: what the holder of the account key can read, counted. Needs no data key. */
import { writeFileSync } from "node:fs";
import type { Plan } from "@cosmoseal/core";
import type { Command } from "commander";
import { collect, wholeNumber } from "../arguments.js";
import { targetsOf } from "../config/target.js";
import { readContainer } from "../exposure/container.js";
import { pageOf } from "../exposure/page/page.js";
import type { ContainerExposure, ExposureReport } from "../exposure/report.js";
import { linesOf } from "../exposure/terminal.js";
import { exceeded, METRICS, parseThreshold } from "../exposure/thresholds.js";
import { examples } from "../help.js";
import { type CommonOptions, runs, type Session } from "../session.js";
import { CliError, EXIT, isCliError } from "../terminal/exit.js";

interface Options extends CommonOptions {
  readonly html?: string;
  readonly limit?: string;
  readonly person?: string;
  readonly failIf?: readonly string[];
}

export function define(command: Command): void {
  command
    .description(
      "Read the account as a thief of its key would, without any data key, and tell what is in the clear, what looks personal, what is sealed and what tokens give away. Works without a configuration; with one, sealed paths have their names.",
    )
    .argument("[containers...]", "database, or database/container (default: the whole account)")
    .option("--html <file>", "write a page for a data-protection officer, too")
    .option("--person <path>", "a path whose values are one for each person, as /customerId")
    .option("--limit <n>", "read at most so many documents of each container")
    .option(
      "--fail-if <bound>",
      'end with 1 beyond a bound, as "plaintext>0" or "personal>1%"; again for each',
      collect,
    )
    .addHelpText(
      "after",
      `\nFigures for --fail-if:\n${Object.entries(METRICS)
        .map(([name, text]) => `  ${name.padEnd(20)} ${text}`)
        .join("\n")}`,
    );
  examples(command, "cosmoseal exposure shop --html exposure.html", [
    `cosmoseal exposure shop/customers --fail-if "plaintext>0" --json`,
    "in CI",
  ]);
  runs<Options>(
    command,
    async (session, options, names) => {
      const thresholds = (options.failIf ?? []).map(parseThreshold);
      const limit = options.limit === undefined ? undefined : wholeNumber("--limit", options.limit, 1);
      session.onStop("Nothing was written. Run it again, or bound it with --limit.");
      const report = await examineAccount(session, names, options.person, limit);
      if (options.html !== undefined) {
        writeFileSync(session.path(options.html), pageOf(report), { mode: 0o600 });
        session.out.note(`The page is in ${options.html}.`);
      }
      const beyond = exceeded(report, thresholds);
      session.out.result({ ...report, exceeded: beyond.map(({ text }) => text) }, [
        ...linesOf(session.out, report),
        ...beyond.map(({ text }) => session.out.style("red", `beyond the bound: ${text}`)),
      ]);
      return beyond.length === 0 ? EXIT.ok : EXIT.found;
    },
    false,
  );
}

async function examineAccount(
  session: Session,
  names: readonly string[],
  person: string | undefined,
  limit: number | undefined,
): Promise<ExposureReport> {
  const { workspace, signal } = session;
  const begun = new Date().toISOString();
  const account = await workspace.account();
  const chosen = await containersOf(session, names);
  const plans = await plansOf(session);
  const counts = await Promise.all(chosen.map((name) => countOf(session, name)));
  const total = counts.reduce((sum, n) => sum + Math.min(n, limit ?? n), 0);
  const progress = session.progress("reading", "documents");
  const containers: ContainerExposure[] = [];
  let read = 0;
  for (const name of chosen) {
    const [databaseId = "", containerId = ""] = split(name);
    const container = account.database(databaseId).container(containerId);
    containers.push(
      await readContainer(container, {
        name,
        plan: plans.get(name),
        person,
        limit,
        signal,
        onDocuments: (documents) => {
          read += documents;
          progress.update(read, total);
        },
      }),
    );
  }
  progress.end();
  const sum = (of: (container: ContainerExposure) => number): number =>
    containers.reduce((all, one) => all + of(one), 0);
  return {
    kind: "cosmoseal exposure",
    version: 1,
    account: workspace.endpoint() ?? "",
    begun,
    ended: new Date().toISOString(),
    ...(limit !== undefined && { limit }),
    containers,
    totals: {
      documents: sum(({ documents }) => documents),
      plaintext: sum(({ plaintext }) => plaintext),
      sealed: sum(({ sealed }) => sealed),
      personal: sum(({ personal }) => personal),
      ciphertextIndexed: sum(({ index }) => (index.ciphertext ? 1 : 0)),
      scripts: sum(
        ({ scripts }) => scripts.storedProcedures.length + scripts.triggers.length + scripts.functions.length,
      ),
    },
  };
}

/** Throws CONTAINER_MISSING. */
async function containersOf({ workspace }: Session, names: readonly string[]): Promise<readonly string[]> {
  const account = await workspace.account();
  const asked = names.length > 0 ? names : (await account.databases.readAll().fetchAll()).resources.map(({ id }) => id);
  const found: string[] = [];
  for (const name of asked) {
    const [databaseId = "", containerId] = split(name);
    if (containerId !== undefined) {
      await workspace.container({ databaseId, containerId });
      found.push(name);
      continue;
    }
    const { resources } = await account
      .database(databaseId)
      .containers.readAll()
      .fetchAll()
      .catch((error: unknown) => {
        if ((error as { readonly code?: unknown }).code !== 404) throw error;
        throw new CliError(
          EXIT.account,
          "CONTAINER_MISSING",
          `The account has no database ${JSON.stringify(databaseId)}.`,
          error,
        );
      });
    found.push(...resources.map(({ id }) => `${databaseId}/${id}`));
  }
  return [...new Set(found)].sort();
}

/** Of the configuration, if there is one. The account key is enough: what the configuration's keys need may be missing here. */
async function plansOf({ out, workspace }: Session): Promise<ReadonlyMap<string, Plan>> {
  try {
    const targets = targetsOf(await workspace.seal());
    return new Map(targets.map(({ name, definition }) => [name, definition.plan]));
  } catch (error) {
    if (isCliError(error, "CONFIG_MISSING")) return new Map();
    if (!isCliError(error, "SECRET_MISSING")) throw error;
    out.note(`Without the definitions sealed paths have no names here: ${error.message}`);
    return new Map();
  }
}

async function countOf({ workspace, signal }: Session, name: string): Promise<number> {
  const [databaseId = "", containerId = ""] = split(name);
  const container = (await workspace.account()).database(databaseId).container(containerId);
  const { resources } = await container.items
    .query<number>("SELECT VALUE COUNT(1) FROM c", { abortSignal: signal })
    .fetchAll();
  return resources[0] ?? 0;
}

function split(name: string): readonly string[] {
  return name.split("/");
}
