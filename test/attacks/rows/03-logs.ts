/** Row 3: logs, errors, diagnostics (`debug-unsafe` too) and OpenTelemetry of the application, which is a process of its own here. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Bed, Side } from "../bed/bed.js";
import { onAll } from "../bed/sides.js";
import { searchFor } from "../bed/traces.js";
import type { Outcome } from "../outcome.js";
import type { Row } from "../row.js";
import { CANARIES } from "./03-application.js";

export const row: Row = {
  number: 3,
  attacker: "reads logs, errors, diagnostics (`debug-unsafe` too) and OpenTelemetry of the application",
  must: "prevented",
  run: async (bed) => [
    await onAll(bed, "an application that logs all it may", "its output", (side) => logsOf(bed, side)),
  ],
};

async function logsOf(bed: Bed, side: Side): Promise<Outcome> {
  const { code, text } = await runApplication(bed, side);
  if (code !== 0 || !text.includes("the end of the log")) {
    return {
      kind: "failed",
      what: `the application ended with ${code}: ${/^\w*Error.*$/m.exec(text)?.[0] ?? text.slice(-300)}`,
    };
  }
  // Without what it is to be searched in, nothing would be found.
  for (const part of ["diagnostics of", "error of", "span", "azure:"]) {
    if (!text.includes(part)) return { kind: "failed", what: `the log has nothing of "${part}"` };
  }
  const lines = text.split("\n").map((line, n) => ({ where: `line ${n} of ${text.length} characters`, text: line }));
  return searchFor(CANARIES, [...lines, { where: "the log", text }]);
}

function runApplication(bed: Bed, { name }: Side): Promise<{ readonly code: number | null; readonly text: string }> {
  const file = fileURLToPath(new URL("./03-application.ts", import.meta.url));
  const { endpoint, key } = bed.emulator;
  const child = spawn(
    process.execPath,
    ["--conditions=@cosmoseal/source", "--import", "tsx", file, name, endpoint, key, bed.fresh("logs")],
    { env: { ...process.env, AZURE_LOG_LEVEL: "verbose" }, stdio: ["ignore", "pipe", "pipe"] },
  );
  return new Promise((resolve, reject) => {
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, text }));
  });
}
