/** Runs a job over a container for as long as it takes: a bar meanwhile, Ctrl-C at a page's end, the result as counts. */
import type { Command } from "commander";
import { type JobLeases, type JobOptions, type JobProgress, type JobResult, JobStoppedError } from "cosmoseal";
import { wholeNumber } from "../arguments.js";
import type { CommonOptions, Session } from "../session.js";
import { EXIT, type ExitCode } from "../terminal/exit.js";
import { count } from "../terminal/table.js";

export interface JobCommandOptions extends CommonOptions {
  readonly requestUnits?: string;
  readonly quarantine?: boolean;
  readonly again?: boolean;
}

export function jobOptions(command: Command): Command {
  return command
    .option("--request-units <n>", "request units a second that all workers together use at most")
    .option("--quarantine", "go on past documents that don't open; they are counted and named")
    .option("--again", "begin anew although it is done already");
}

/** Ends with 1 where documents failed, with 130 where Ctrl-C stopped it. */
export async function runJobCommand(
  session: Session,
  options: JobCommandOptions,
  run: (options: JobOptions) => Promise<JobResult>,
): Promise<ExitCode> {
  const leases = await leasesOf(session);
  const { requestUnits, quarantine, again } = options;
  const bar = session.progress("documents", "documents");
  session.onStop(
    leases === undefined
      ? "What was done is done. Run it again: it begins at the first document, and finds what is done."
      : "What was done is done. Run it again: it goes on from the last page that was done.",
  );
  try {
    const result = await run({
      ...(leases !== undefined && { leases }),
      ...(requestUnits !== undefined && { requestUnitsPerSecond: wholeNumber("--request-units", requestUnits, 1) }),
      onBadDocument: quarantine === true ? "quarantine" : "throw",
      again: again === true,
      signal: session.signal,
      onProgress: (progress) => bar.update(progress.documents, progress.estimated),
    });
    bar.end();
    session.out.result(summary(result), lines(result));
    return result.failed === 0 ? EXIT.ok : EXIT.found;
  } catch (error) {
    // Its own sentence says how to go on; the counts are worth as much.
    if (error instanceof JobStoppedError) session.out.note(lines(error.progress)[0] ?? "");
    throw error;
  } finally {
    bar.end();
  }
}

async function leasesOf({ workspace }: Session): Promise<JobLeases | undefined> {
  const { leases } = (await workspace.loaded()).config;
  return leases?.(await workspace.account());
}

/** The ranges are of use while it runs. */
function summary({ ranges: _, ...result }: JobResult): object {
  return result;
}

function lines(progress: JobProgress): string[] {
  const { job, state, documents, changed, unchanged, skipped, destroyed, failed, requestUnits, failures } = progress;
  return [
    `${job}: ${state}, ${count(documents, "document")}: ${changed} changed, ${unchanged} as they were, ${skipped} not of it, ${destroyed} under destroyed keys, ${failed} failed; ${Math.round(requestUnits).toLocaleString("en-US")} request units`,
    ...failures
      .slice(0, 20)
      .map(({ id, partitionKey, code }) => `  ${code}  ${JSON.stringify(id)} ${JSON.stringify(partitionKey)}`),
    ...(failed > 20 ? [`  and ${failed - 20} more`] : []),
  ];
}
