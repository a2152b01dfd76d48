#!/usr/bin/env node
// The emulator from the command line.

import { parseArgs } from "node:util";
import { createEmulator } from "./emulator.js";

const USAGE = `cosmoseal-emulator: a Cosmos-compatible server for quickstarts and tests.

  --port <n>         the port to listen on (8081; 0 takes any free one)
  --host <address>   the address to listen on (127.0.0.1)
  --directory <dir>  keep the state in this directory (otherwise in memory)
  --fsync            wait for the disk before a write is acknowledged
  --ranges <n>       partition key ranges of a new container (2)
  --key <base64>     the account key (the public, well-known one)
  --help
`;

void main(process.argv.slice(2));

async function main(argv: string[]): Promise<void> {
  const values = readArguments(argv);
  if (values === undefined || values.help) {
    (values === undefined ? process.stderr : process.stdout).write(USAGE);
    process.exitCode = values === undefined ? 2 : 0;
    return;
  }
  const { host, directory, key } = values;
  try {
    const emulator = await createEmulator({
      port: Number(values.port),
      ranges: Number(values.ranges),
      fsync: values.fsync,
      ...(host === undefined ? {} : { host }),
      ...(directory === undefined ? {} : { directory }),
      ...(key === undefined ? {} : { key }),
    });
    process.stdout.write(
      [
        `Cosmoseal emulator: a test double of Azure Cosmos DB, not a database. State: ${directory ?? "in memory"}.`,
        `  endpoint           ${emulator.endpoint}`,
        `  connection string  ${emulator.connectionString}`,
        "",
      ].join("\n"),
    );
    const stop = (): void => void emulator.close().then(() => process.exit(0));
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  } catch (error) {
    process.stderr.write(`cosmoseal-emulator: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function readArguments(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        port: { type: "string", default: "8081" },
        host: { type: "string" },
        directory: { type: "string" },
        fsync: { type: "boolean", default: false },
        ranges: { type: "string", default: "2" },
        key: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n`);
    return undefined;
  }
}
