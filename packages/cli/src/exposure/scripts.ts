/** Code that runs inside the container: it reads and writes past every client, and may carry data of its own. */
import type { Container } from "@azure/cosmos";
import type { ScriptsExposure } from "./report.js";

export async function scriptsOf({ scripts }: Container): Promise<ScriptsExposure> {
  try {
    const [storedProcedures, triggers, functions] = await Promise.all([
      scripts.storedProcedures.readAll().fetchAll(),
      scripts.triggers.readAll().fetchAll(),
      scripts.userDefinedFunctions.readAll().fetchAll(),
    ]);
    const ids = ({ resources }: { readonly resources: readonly { readonly id?: string }[] }): string[] =>
      resources.map(({ id }) => String(id)).sort();
    return {
      storedProcedures: ids(storedProcedures),
      triggers: ids(triggers),
      functions: ids(functions),
      unknown: false,
    };
  } catch (error) {
    // A key for reading documents alone may not list them: the report says so.
    const { code } = error as { readonly code?: unknown };
    if (code !== 401 && code !== 403) throw error;
    return { storedProcedures: [], triggers: [], functions: [], unknown: true };
  }
}
