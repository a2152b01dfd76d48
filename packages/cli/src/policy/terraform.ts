/** A container definition as a resource of Terraform's azurerm provider, version 4. */
import type { StoredContainerDefinition } from "cosmoseal";

type Body = StoredContainerDefinition["body"];

/** Resource group and account are left as variables; names are quoted, so that a path can't end a string. */
export function terraformOf(body: Body, databaseId: string): string {
  const { id = "", partitionKey, indexingPolicy, uniqueKeyPolicy, defaultTtl } = body;
  return [
    `resource "azurerm_cosmosdb_sql_container" ${quoted(id.replace(/[^A-Za-z0-9_]/g, "_"))} {`,
    `  name                  = ${quoted(id)}`,
    "  resource_group_name   = var.resource_group_name",
    "  account_name          = var.cosmosdb_account_name",
    `  database_name         = ${quoted(databaseId)}`,
    `  partition_key_paths   = ${list(partitionKey.paths)}`,
    `  partition_key_kind    = ${quoted(partitionKey.kind)}`,
    `  partition_key_version = ${partitionKey.version}`,
    ...(defaultTtl === undefined ? [] : [`  default_ttl           = ${defaultTtl}`]),
    ...indexing(indexingPolicy),
    ...(uniqueKeyPolicy?.uniqueKeys ?? []).flatMap(({ paths }) => [
      "",
      "  unique_key {",
      `    paths = ${list(paths)}`,
      "  }",
    ]),
    "}",
  ].join("\n");
}

function indexing(policy: Body["indexingPolicy"]): string[] {
  if (policy === undefined) return [];
  const block = (name: string, path: string) => ["", `    ${name} {`, `      path = ${quoted(path)}`, "    }"];
  return [
    "",
    "  indexing_policy {",
    `    indexing_mode = ${quoted(String(policy.indexingMode ?? "consistent").toLowerCase())}`,
    ...(policy.includedPaths ?? []).flatMap(({ path }) => block("included_path", path)),
    // The provider takes the system's own path for granted and tells a difference where it stands.
    ...(policy.excludedPaths ?? [])
      .filter(({ path }) => path !== '/"_etag"/?')
      .flatMap(({ path }) => block("excluded_path", path)),
    ...(policy.compositeIndexes ?? []).flatMap((composite) => [
      "",
      "    composite_index {",
      ...composite.flatMap(({ path, order }) => [
        "      index {",
        `        path  = ${quoted(path)}`,
        `        order = ${quoted(order === "descending" ? "Descending" : "Ascending")}`,
        "      }",
      ]),
      "    }",
    ]),
    "  }",
  ];
}

function list(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(", ")}]`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
}
