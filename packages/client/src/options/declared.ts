/** Which container is sealed under which definition. The application's word alone: nothing that the server says can change it. */
import { type ContainerDefinition, CosmosealError, nearest } from "@cosmoseal/core";
import type { ContainerDeclaration, ContainerLookup, ContainerTable } from "./seal-options.js";

/** The names of a container in its account. */
export interface ContainerAddress {
  readonly databaseId: string;
  readonly containerId: string;
}

export interface DeclaredContainers {
  /** Throws ERR_CONTAINER_UNDECLARED; ERR_OPTIONS_INVALID where a lookup gives one definition to two containers. */
  find(databaseId: string, containerId: string): ContainerDeclaration;
  /** Where a definition is declared. Throws ERR_CONTAINER_UNDECLARED. */
  locate(definition: ContainerDefinition<unknown>): ContainerAddress;
  /** All that are known before the first use. */
  readonly definitions: readonly ContainerDefinition<unknown>[];
}

/** Throws ERR_OPTIONS_INVALID. */
export function declareContainers(
  containers: ContainerTable | ContainerLookup,
  undeclared: "plaintext" | undefined,
): DeclaredContainers {
  if (undeclared !== undefined && undeclared !== "plaintext") {
    throw invalid('`undeclared` is left out or "plaintext".');
  }
  const owners = new Owners();
  if (typeof containers !== "function" && (typeof containers !== "object" || containers === null)) {
    throw invalid('`seal.containers` is an object of "database/container", or a function.');
  }
  const table =
    typeof containers === "function" ? new Map<string, ContainerDeclaration>() : readTable(containers, owners);
  const lookup = typeof containers === "function" ? containers : undefined;
  const find = (databaseId: string, containerId: string): ContainerDeclaration => {
    const name = `${databaseId}/${containerId}`;
    const found = lookup === undefined ? table.get(name) : lookup(databaseId, containerId);
    if (found === undefined) {
      if (undeclared === "plaintext" && !isResourceId(databaseId, 4) && !isResourceId(containerId, 8))
        return "plaintext";
      throw undeclaredError(name, [...table.keys()]);
    }
    checkDeclaration(name, found);
    if (found !== "plaintext") owners.claim(found, name);
    return found;
  };
  return Object.freeze({
    find,
    locate: (definition: ContainerDefinition<unknown>) => addressOf(owners.of(definition), definition),
    definitions: Object.freeze([...table.values()].filter((declaration) => declaration !== "plaintext")),
  });
}

/** The address `"database/container"`, if the definition is declared there. Throws ERR_CONTAINER_UNDECLARED. */
export function addressIn(
  containers: DeclaredContainers,
  definition: ContainerDefinition<unknown>,
  at: string,
): ContainerAddress {
  const [databaseId = "", containerId = ""] = at.split("/");
  const found = containers.find(databaseId, containerId);
  return addressOf(found === definition ? at : undefined, definition);
}

/** One definition serves one container: the logical name is bound into each document, so that documents of two could be exchanged. */
class Owners {
  readonly #byName = new Map<string, { readonly definition: ContainerDefinition<unknown>; readonly owner: string }>();

  claim(definition: ContainerDefinition<unknown>, owner: string): void {
    const known = this.#byName.get(definition.name);
    if (known === undefined) this.#byName.set(definition.name, { definition, owner });
    else if (known.owner !== owner) {
      throw invalid(
        `${JSON.stringify(known.owner)} and ${JSON.stringify(owner)} share the logical name ${JSON.stringify(definition.name)}.`,
        "One definition serves one container: documents of two under one name could be exchanged unnoticed. Define each.",
      );
    }
  }

  of(definition: ContainerDefinition<unknown>): string | undefined {
    const known = this.#byName.get(definition.name);
    return known?.definition === definition ? known.owner : undefined;
  }
}

function readTable(containers: ContainerTable, owners: Owners): Map<string, ContainerDeclaration> {
  const table = new Map(Object.entries(containers));
  for (const [name, declaration] of table) {
    if (!/^[^/]+\/[^/]+$/.test(name)) {
      throw invalid(`${JSON.stringify(name)} in \`seal.containers\` is not of the form "database/container".`);
    }
    checkDeclaration(name, declaration);
    if (declaration !== "plaintext") owners.claim(declaration, name);
  }
  return table;
}

function checkDeclaration(name: string, declaration: unknown): void {
  if (declaration === "plaintext") return;
  const isDefinition = typeof declaration === "object" && declaration !== null && "plan" in declaration;
  if (!isDefinition) {
    throw invalid(
      `${JSON.stringify(name)} in \`seal.containers\` is neither a definition nor "plaintext".`,
      "Use defineContainer.",
    );
  }
}

function addressOf(owner: string | undefined, definition: ContainerDefinition<unknown>): ContainerAddress {
  const [databaseId, containerId] = owner?.split("/") ?? [];
  if (databaseId === undefined || containerId === undefined) {
    throw new CosmosealError("ERR_CONTAINER_UNDECLARED", "No container is declared to have this definition.", {
      container: definition.name,
      remedy:
        'List it in `seal.containers`; with a lookup function, say where: client.container(definition, "database/container").',
    });
  }
  return { databaseId, containerId };
}

/**
 * The service takes resource ids in the place of names. Under `undeclared: "plaintext"` that would be a way around the
 * declaration, so that what looks like one is refused unless it is declared by that very name.
 */
function isResourceId(id: string, bytes: 4 | 8): boolean {
  return (bytes === 4 ? /^[A-Za-z0-9+\-_]{6}==$/ : /^[A-Za-z0-9+\-_]{11}=$/).test(id);
}

function undeclaredError(name: string, known: readonly string[]): CosmosealError {
  const near = nearest(name, known);
  const hint = near.length === 0 ? "" : ` Did you mean ${near.map((other) => JSON.stringify(other)).join(" or ")}?`;
  return new CosmosealError(
    "ERR_CONTAINER_UNDECLARED",
    `The container ${JSON.stringify(name)} is not declared.${hint}`,
    {
      container: name,
      remedy: 'List it in `seal.containers` with its definition, or as "plaintext".',
    },
  );
}

function invalid(message: string, remedy?: string): CosmosealError {
  return new CosmosealError("ERR_OPTIONS_INVALID", message, remedy === undefined ? {} : { remedy });
}
