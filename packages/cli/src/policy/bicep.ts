/** A container definition as a Bicep resource, to be put beside the resource of its database. */
import type { StoredContainerDefinition } from "cosmoseal";

/** Names are Bicep's own identifiers; strings are escaped, so that a path can't end one. */
export function bicepOf(body: StoredContainerDefinition["body"], databaseId: string): string {
  const symbol = `container_${(body.id ?? "").replace(/[^A-Za-z0-9_]/g, "_")}`;
  const resource = JSON.parse(JSON.stringify(body)) as unknown;
  return [
    "param accountName string",
    "",
    `resource ${symbol} 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2024-05-15' = {`,
    `  name: '\${accountName}/${escaped(databaseId)}/${escaped(body.id ?? "")}'`,
    "  properties: {",
    `    resource: ${print(resource, 4)}`,
    "  }",
    "}",
  ].join("\n");
}

function print(value: unknown, indent: number): string {
  const pad = " ".repeat(indent);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => `${pad}  ${print(item, indent + 2)}`).join("\n")}\n${pad}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${pad}  ${name}: ${print(member, indent + 2)}`);
    return members.length === 0 ? "{}" : `{\n${members.join("\n")}\n${pad}}`;
  }
  return typeof value === "string" ? `'${escaped(value)}'` : String(value);
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("${", "\\${");
}
