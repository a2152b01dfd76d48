#!/usr/bin/env node
// The emulator from the command line.

import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createEmulator, type Emulator } from "./emulator.js";

const USAGE = `cosmoseal-emulator: a Cosmos-compatible server for quickstarts and tests. A test double, not a database.

  --port <n>            the port to listen on (8081; 0 takes any free one)
  --host <address>      the address to listen on (127.0.0.1: this machine alone)
  --directory <dir>     keep the state in this directory (otherwise in memory)
  --fsync               wait for the disk before a write is acknowledged
  --ranges <n>          partition key ranges of a new container (2)
  --key <base64>        the account key (the public, well-known one of Microsoft's emulator)
  --throttle            answer 429 where a container uses more than its throughput
  --https               speak HTTPS, with a self-signed certificate that is made at the start
  --save-cert <file>    write that certificate there, for NODE_EXTRA_CA_CERTS
  --tls-cert <file>     speak HTTPS with this certificate instead (PEM) …
  --tls-key <file>      … and its private key (PEM)
  --help

Example:
  cosmoseal-emulator --port 8081 --directory ./data --https --save-cert ./emulator.pem
  NODE_EXTRA_CA_CERTS=./emulator.pem node app.js
`;

type Values = NonNullable<ReturnType<typeof readArguments>>;

void main(process.argv.slice(2));

async function main(argv: string[]): Promise<void> {
  const values = readArguments(argv);
  if (values === undefined) {
    process.stderr.write("Run cosmoseal-emulator --help for its options.\n");
    process.exitCode = 2;
    return;
  }
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  try {
    const emulator = await start(values);
    if (values["save-cert"] !== undefined) writeFileSync(values["save-cert"], emulator.certificate ?? "");
    process.stdout.write(greeting(emulator, values));
    const stop = (): void => void emulator.close().then(() => process.exit(0));
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  } catch (error) {
    process.stderr.write(`cosmoseal-emulator: ${explain(error, values)}\n`);
    process.exitCode = 1;
  }
}

function readArguments(argv: string[]) {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        port: { type: "string", default: "8081" },
        host: { type: "string", default: "127.0.0.1" },
        directory: { type: "string" },
        fsync: { type: "boolean", default: false },
        ranges: { type: "string", default: "2" },
        key: { type: "string" },
        throttle: { type: "boolean", default: false },
        https: { type: "boolean", default: false },
        "save-cert": { type: "string" },
        "tls-cert": { type: "string" },
        "tls-key": { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    for (const [name, most] of [
      ["port", 65_535],
      ["ranges", 1000],
    ] as const) {
      if (!/^\d{1,5}$/.test(values[name]) || Number(values[name]) > most) {
        throw new Error(`--${name} takes a number up to ${most}, not "${values[name]}".`);
      }
    }
    if ((values["tls-cert"] === undefined) !== (values["tls-key"] === undefined)) {
      throw new Error("--tls-cert and --tls-key go together.");
    }
    if (values["save-cert"] !== undefined && !values.https) throw new Error("--save-cert goes with --https.");
    return values;
  } catch (error) {
    process.stderr.write(`cosmoseal-emulator: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

function start(values: Values): Promise<Emulator> {
  const { host, directory, key, "tls-cert": cert, "tls-key": tlsKey } = values;
  return createEmulator({
    host,
    port: Number(values.port),
    ranges: Number(values.ranges),
    fsync: values.fsync,
    throttle: values.throttle,
    https:
      cert === undefined || tlsKey === undefined
        ? values.https
        : { cert: readFileSync(cert, "utf8"), key: readFileSync(tlsKey, "utf8") },
    ...(directory === undefined ? {} : { directory }),
    ...(key === undefined ? {} : { key }),
  });
}

function greeting(emulator: Emulator, values: Values): string {
  const lines = [
    "Cosmoseal emulator: a test double of Azure Cosmos DB, not a database.",
    `  state              ${values.directory ?? "in memory, gone with this process"}`,
    `  endpoint           ${emulator.endpoint}`,
    `  connection string  ${emulator.connectionString}`,
  ];
  if (values["save-cert"] !== undefined) lines.push(`  certificate        ${values["save-cert"]}`);
  else if (values.https)
    lines.push("  certificate        self-signed; --save-cert <file> writes it for NODE_EXTRA_CA_CERTS");
  if (!/^(127\.|localhost$|::1$)/.test(values.host)) {
    lines.push(
      `  Whoever reaches ${values.host} can read and change everything with the public key: give it a --key of its own.`,
    );
  }
  return `${lines.join("\n")}\n`;
}

// What a person can do about it, where that is known.
function explain(error: unknown, { port, host, directory }: Values): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} is in use. Choose another with --port, or --port 0 for any free one.`;
    case "EADDRNOTAVAIL":
      return `${host} is not an address of this machine.`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return path === undefined
        ? `port ${port} may not be listened on by this user. Choose one above 1023.`
        : `${path} can't be written or read by this user.`;
    case "ENOENT":
    case "ENOTDIR":
    case "EEXIST":
      return path === undefined || path === directory ? `${directory} is no directory.` : `${path} is not there.`;
    default:
      return message ?? String(error);
  }
}
