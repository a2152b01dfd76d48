/** Which keys a command is about: those of a container, or of a tenant or a person in it. */
import type { Command } from "commander";
import type { KeyDescription, ScopeValue } from "cosmoseal";
import { scopeValueOf } from "../arguments.js";
import type { Target } from "../config/target.js";
import type { CommonOptions, Session } from "../session.js";
import { CliError, EXIT } from "../terminal/exit.js";
import { table } from "../terminal/table.js";

export interface ScopeOptions extends CommonOptions {
  readonly container?: string;
  readonly scope?: string;
}

export interface Scope {
  readonly target: Target;
  /** Undefined for the container's own. */
  readonly value: ScopeValue;
  /** For people: `tenant t-1`, `container customers`. What is typed again is its last part. */
  readonly name: string;
  readonly typed: string;
}

export function scopeOptions(command: Command): Command {
  return command
    .option("-c, --container <database/container>", "the container (default: the only one with a definition)")
    .option(
      "-s, --scope <value>",
      "the tenant, the person: the value at the scope's path, as stored (default: the container's own keys)",
    );
}

/** Throws SCOPE_UNDECLARED where the definition has no scopes of its own. */
export async function scopeOf({ workspace }: Session, options: ScopeOptions): Promise<Scope> {
  const target = await workspace.target(options.container);
  const value = scopeValueOf(options.scope);
  const { scope } = target.definition.plan;
  if (value === undefined) {
    const { name } = target.definition;
    return { target, value, name: `container ${name}`, typed: name };
  }
  if (scope === undefined) {
    throw new CliError(
      EXIT.usage,
      "SCOPE_UNDECLARED",
      `The definition of ${target.name} declares no scope: all its documents are under the container's own keys.`,
    );
  }
  return { target, value, name: `${scope.family} ${String(value)}`, typed: String(value) };
}

export function keyTable(keys: readonly KeyDescription[]): string[] {
  return table(
    ["kind", "group", "generation", "state", "since", "id"],
    keys.map(({ kind, group, generation, state, created, id, from }) => [
      kind,
      kind === "group" ? (group === "" ? "(default)" : group) : "",
      String(generation),
      from === undefined ? state : `${state}, used from ${moment(from)}`,
      moment(created),
      id,
    ]),
    [2],
  );
}

/** To the second, in UTC. */
export function moment(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}
