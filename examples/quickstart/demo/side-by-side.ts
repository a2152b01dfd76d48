/** One document twice: as the account holds it, and as the owner sees it. */
import type { Customer } from "../customers.js";
import { bare, type StoredCustomer } from "./documents.js";
import type { Terminal } from "./terminal.js";
import { fit } from "./text.js";

const NAME = 10;
const GAP = 2;

/** A row for each field of either. What the account doesn't have is shown as a dot. */
export function showSideBySide(terminal: Terminal, stored: StoredCustomer, opened: Customer): void {
  const half = Math.floor((terminal.width - 4 - NAME - 2 * GAP) / 2);
  const row = (name: string, left: string, right: string): string =>
    `    ${fit(name, NAME)}${" ".repeat(GAP)}${left}${" ".repeat(GAP)}${right}`;
  const line = (text: string): void => terminal.line(text.trimEnd());

  line(terminal.style("bold", row(opened.id, fit("what the thief has", half), fit("what the owner sees", half))));
  const { _seal: seal, ...open } = stored;
  const inAccount = bare(open);
  for (const [name, value] of Object.entries(opened)) {
    const left = Object.hasOwn(inAccount, name) ? show(inAccount[name]) : undefined;
    const right = show(value);
    const hidden = left !== right;
    line(
      row(
        name,
        terminal.style(hidden ? "red" : "dim", fit(left ?? "·", half)),
        terminal.style(hidden ? "green" : "dim", fit(right, half)),
      ),
    );
  }
  for (const [name, text, sense] of sealRows(seal)) {
    line(row(name, terminal.style("red", fit(text, half)), terminal.style("dim", fit(sense, half))));
  }
  line("");
}

/** The sealed groups, which hold all that is missing above, and the tokens that the server searches by. */
function sealRows(seal: StoredCustomer["_seal"]): readonly (readonly [name: string, text: string, sense: string])[] {
  if (seal === undefined) return [];
  const groups = Object.entries(seal.g).map(
    ([name, [, , blob]]) => ["_seal", blob, name === "" ? "← encrypted" : `← encrypted: group ${name}`] as const,
  );
  const tokens = Object.values(seal.x ?? {}).flat();
  return [...groups, ["_seal", tokens.join(" "), "← keyed hashes to search by"]];
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
