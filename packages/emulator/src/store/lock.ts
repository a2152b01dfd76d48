// One emulator at a time per directory: two that append to the same logs would damage both.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Takes the directory for this process. Throws where another living process has it; the lock of a dead one is taken over. */
export function lockDirectory(directory: string): { release(): void } {
  const path = join(directory, "emulator.lock");
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: "wx" });
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (attempt > 0 || isAlive(path)) {
      throw new Error(`${directory} is in use by another emulator. If none is running, remove ${path}.`);
    }
    rmSync(path, { force: true });
  }
}

function isAlive(path: string): boolean {
  const pid = Number(readFileSync(path, "utf8"));
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
