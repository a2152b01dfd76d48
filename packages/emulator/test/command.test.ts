// The command: what it says when it starts, what it says when it can't, and HTTPS.

import { type ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CosmosClient } from "@azure/cosmos";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createEmulator } from "../src/index.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "cosmoseal-command-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  }
});

function command(...parameters: readonly string[]): { child: ChildProcess; output: () => string } {
  const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@cosmoseal/source", "--import", "tsx", bin, ...parameters]);
  running.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return { child, output: () => output };
}

async function said(parameters: readonly string[], pattern: RegExp): Promise<RegExpExecArray> {
  const { child, output } = command(...parameters);
  for (;;) {
    const match = pattern.exec(output());
    if (match) return match;
    if (child.exitCode !== null) throw new Error(`It ended and said: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function failed(...parameters: readonly string[]): Promise<{ code: number | null; text: string }> {
  const { child, output } = command(...parameters);
  await once(child, "close");
  return { code: child.exitCode, text: output() };
}

describe("the command", () => {
  test("its start-up text gives a connection string that works", async () => {
    const [, connectionString] = await said(["--port", "0"], /connection string\s+(\S+)\n/);
    const client = new CosmosClient(connectionString!);
    expect((await client.databases.create({ id: "db" })).statusCode).toBe(201);
    client.dispose();
  });

  test("over HTTPS a client that trusts the saved certificate works, one that doesn't is refused", async () => {
    const path = join(directory, "emulator.pem");
    const [, endpoint, key] = await said(
      ["--port", "0", "--https", "--save-cert", path],
      /connection string\s+AccountEndpoint=(https:[^;]+);AccountKey=([^;]+);\n/,
    );
    const trusting = new CosmosClient({ endpoint: endpoint!, key: key!, agent: new Agent({ ca: readFileSync(path) }) });
    const { resource } = await trusting.getDatabaseAccount();
    expect(resource!.writableLocations[0]!.databaseAccountEndpoint).toBe(endpoint);
    expect((await trusting.databases.create({ id: "db" })).statusCode).toBe(201);
    trusting.dispose();
    const wary = new CosmosClient({ endpoint: endpoint!, key: key!, agent: new Agent() });
    await expect(wary.databases.readAll().fetchAll()).rejects.toThrow(/self.signed certificate/);
    wary.dispose();
  });

  test("help names every option and shows an example", async () => {
    const { code, text } = await failed("--help");
    expect(code).toBe(0);
    for (const option of ["port", "host", "directory", "fsync", "ranges", "key", "https", "save-cert", "tls-cert"]) {
      expect(text).toContain(`--${option}`);
    }
    expect(text).toContain("Example:");
  });

  test("an unknown option, or a port that is none, ends with 2 and says so", async () => {
    const unknown = await failed("--prot", "1");
    expect([unknown.code, unknown.text.includes("--prot")]).toEqual([2, true]);
    const port = await failed("--port", "x");
    expect([port.code, port.text.includes("--port takes a number")]).toEqual([2, true]);
  });

  test("a port in use is named, with what to do", async () => {
    const emulator = await createEmulator();
    const { code, text } = await failed("--port", new URL(emulator.endpoint).port);
    await emulator.close();
    expect(code).toBe(1);
    expect(text).toMatch(/^cosmoseal-emulator: port \d+ is in use\. Choose another with --port/);
  });

  test("a directory that another emulator holds is named", async () => {
    const held = join(directory, "held");
    const emulator = await createEmulator({ directory: held });
    const { code, text } = await failed("--port", "0", "--directory", held);
    await emulator.close();
    expect([code, text.includes(`${held} is in use by another emulator`)]).toEqual([1, true]);
  });

  test("a directory that can't be one is named, without a stack", async () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    const { code, text } = await failed("--port", "0", "--directory", file);
    expect(code).toBe(1);
    expect(text).toContain(file);
    expect(text).not.toContain("    at ");
  });
});

describe("HTTPS", () => {
  test("the certificate that is made names localhost and the loopback addresses, and signs itself", async () => {
    const emulator = await createEmulator({ https: true });
    const certificate = new X509Certificate(emulator.certificate!);
    expect(certificate.checkHost("localhost")).toBe("localhost");
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
    expect(emulator.endpoint).toMatch(/^https:/);
    await emulator.close();
  });

  test("each start makes another certificate, and over HTTP there is none", async () => {
    const [one, other, plain] = await Promise.all([
      createEmulator({ https: true }),
      createEmulator({ https: true }),
      createEmulator(),
    ]);
    expect(one.certificate).not.toBe(other.certificate);
    expect(plain.certificate).toBeUndefined();
    for (const emulator of [one, other, plain]) await emulator.close();
  });
});
