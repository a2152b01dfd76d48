/** The quickstart keeps its word: the data is what the generator makes, the demo and the round trip end as they say. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import type { Customer } from "../examples/quickstart/customers.js";
import { CUSTOMERS_FILE, generateCustomers } from "../examples/quickstart/data/generate.js";
import { openLedger } from "../examples/quickstart/demo/ledger.js";
import { prepareSearch } from "../examples/quickstart/demo/search.js";
import { SEALED_NAMES, secretsOf } from "../examples/quickstart/demo/secrets.js";
import type { Terminal } from "../examples/quickstart/demo/terminal.js";
import { fit, widthOf } from "../examples/quickstart/demo/text.js";
import { printVerdict } from "../examples/quickstart/demo/verdict.js";

const QUICKSTART = fileURLToPath(new URL("../examples/quickstart/", import.meta.url));
const committed = readFileSync(CUSTOMERS_FILE, "utf8");
const shop = committed
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Customer);

describe("the customers", () => {
  test("the committed file is what the generator makes", () => {
    expect(generateCustomers() === committed).toBe(true);
  });

  test("another seed makes other customers, fewer are the first of many", () => {
    expect(generateCustomers(10, 1) === generateCustomers(10, 2)).toBe(false);
    expect(committed.startsWith(generateCustomers(10))).toBe(true);
  });

  test("there are a thousand, each under an id of its own", () => {
    expect(new Set(shop.map(({ id }) => id)).size).toBe(1000);
  });

  test("they can't be anybody: addresses of mail are in the domains reserved for examples", () => {
    expect(shop.filter(({ email }) => !/@([a-z]+\.)?example\.(com|org|net)$/i.test(email))).toEqual([]);
  });

  test("they have what real customers have: ten scripts, absent and null fields, long notes", () => {
    const scripts = [
      "Latin",
      "Cyrillic",
      "Greek",
      "Hebrew",
      "Arabic",
      "Devanagari",
      "Thai",
      "Han",
      "Hangul",
      "Katakana",
    ];
    for (const script of scripts) {
      expect(
        shop.some(({ name }) => new RegExp(`\\p{Script=${script}}`, "u").test(name)),
        script,
      ).toBe(true);
    }
    for (const field of ["birthDate", "phone", "diagnosis"] as const) {
      expect(
        shop.some((customer) => !(field in customer)),
        `absent ${field}`,
      ).toBe(true);
      expect(
        shop.some((customer) => customer[field] === null),
        `null ${field}`,
      ).toBe(true);
    }
    expect(Math.max(...shop.map(({ notes }) => notes?.length ?? 0))).toBeGreaterThan(4000);
  });
});

describe("the search for sealed values", () => {
  const value = "Zoë O’Neill 🎂 x";
  const utf8 = Buffer.from(value, "utf8");
  const forms: Readonly<Record<string, string>> = {
    raw: value,
    JSON: JSON.stringify({ name: value }),
    "JSON with escapes": '"Zo\\u00eb O\\u2019Neill \\ud83c\\udf82 x"',
    "lower case": value.toLowerCase(),
    "percent-encoded": encodeURIComponent(value),
    hex: utf8.toString("hex"),
    "SHA-256 in hex": createHash("sha256").update(value).digest("hex"),
    ...Object.fromEntries(
      [0, 1, 2].flatMap((offset) => {
        const data = Buffer.concat([Buffer.alloc(offset, 7), utf8, Buffer.from("after")]);
        return [
          [`base64 at offset ${offset}`, data.toString("base64")],
          [`base64url at offset ${offset}`, data.toString("base64url")],
        ];
      }),
    ),
  };

  test.each(Object.entries(forms))("finds a value that lies there as %s", (_form, text) => {
    expect(prepareSearch([value])([`before ${text} after`]).found).toBe(1);
  });

  test("finds every value of every customer in the plain documents, and none in their hashes", () => {
    const find = prepareSearch(shop.slice(0, 100).flatMap((customer) => [...secretsOf(customer)]));
    const { values, found } = find(shop.slice(0, 100).map((customer) => JSON.stringify(customer)));
    expect(found).toBe(values);
    const noise = shop.map(({ id }) => createHash("sha512").update(id).digest("base64"));
    expect(find(noise).found).toBe(0);
  });

  test("refuses a value too short to be told from chance", () => {
    expect(() => prepareSearch(["x"])).toThrow(RangeError);
  });

  test("looks for every field that the schema seals", async () => {
    const { customers } = await import("../examples/quickstart/customers.js");
    const sealed = [...customers.plan.versions.get(1)!.sealedPlaces.values()].flatMap((tree) => namesIn(tree));
    expect(SEALED_NAMES).toEqual(expect.arrayContaining(sealed));
    expect(sealed.length).toBe(8);
  });
});

describe("the screen", () => {
  test("text takes the cells that it is given, whatever its script", () => {
    for (const text of [
      "plain",
      "陈欣怡 is two cells each",
      "👩‍👧‍👧🎂",
      "สมชาย ศรีสุข",
      "नमस्ते",
      "Þórdís",
      "tab\tand\nline",
    ]) {
      for (const width of [5, 12, 40]) expect(widthOf(fit(text, width)), text).toBe(width);
    }
    expect(widthOf("陈欣怡")).toBe(6);
  });

  test("one broken promise is told, and makes the verdict false", () => {
    const lines: string[] = [];
    const terminal: Terminal = {
      interactive: false,
      width: 80,
      line: (text = "") => lines.push(text),
      status: () => undefined,
      style: (_style, text) => text,
    };
    const ledger = openLedger();
    ledger.note({ chapter: "c", tried: "kept", promised: "ERR_INTEGRITY", happened: "ERR_INTEGRITY" });
    ledger.note({ chapter: "c", tried: "broken", promised: "ERR_INTEGRITY", happened: "opened" });
    const world = { account: undefined as never, keyring: undefined as never, close: async () => undefined };
    expect(printVerdict({ terminal, ledger, world }, 1)).toBe(false);
    expect(lines.at(-1)).toBe("demo: 1/2 as promised");
    expect(lines.some((line) => line.includes("✗ broken") && line.includes("opened"))).toBe(true);
    expect(lines).toContain("      promised: ERR_INTEGRITY");
  });
});

describe("the programs", () => {
  const folders: string[] = [];
  const temporary = (): string => {
    const folder = mkdtempSync(join(tmpdir(), "quickstart-test-"));
    folders.push(folder);
    return folder;
  };
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  test("the demo ends as promised, on 80 columns without colour, and leaves nothing behind", async () => {
    const folder = temporary();
    const { code, output, errors } = await run(start("demo.ts", ["--count", "100"], { TMPDIR: folder }));
    expect(errors).toBe("");
    const lines = output.trimEnd().split("\n");
    expect(lines.at(-1)).toMatch(/^demo: (\d+)\/\1 as promised$/);
    expect(code).toBe(0);
    expect(output).not.toContain("✗");
    expect(lines.filter((line) => widthOf(line) > 80)).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(output).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
    expect(readdirSync(folder).filter((name) => name.startsWith("cosmoseal"))).toEqual([]);
  });

  test("an interrupted demo leaves no keys behind", async () => {
    const folder = temporary();
    const child = start("demo.ts", ["--count", "1000"], { TMPDIR: folder });
    child.stdout!.on("data", (data: Buffer) => {
      if (data.toString("utf8").includes("created shop/customers")) child.kill("SIGINT");
    });
    const { code, output } = await run(child);
    expect(output).toContain("demo: interrupted");
    expect(output).not.toContain("as promised");
    expect(code).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith("cosmoseal"))).toEqual([]);
  });

  test("a count that makes no sense is refused", async () => {
    const { code, errors } = await run(start("demo.ts", ["--count", "many"], {}));
    expect(code).toBe(2);
    expect(errors).toBe("demo: --count takes 100 to 1000\n");
  });

  test("the round trip reads and finds what it wrote, and a thief sees neither, in 25 lines", async () => {
    const folder = temporary();
    const { code, output, errors } = await run(start("roundtrip.ts", [], {}, folder));
    expect(errors).toBe("");
    expect(code).toBe(0);
    const [read, found, ...stolen] = output.split("\n");
    expect(read).toBe("read: ada@example.org J45.9 Asthma");
    expect(found).toBe("found: c-17");
    expect(stolen.join("\n")).toMatch(/^stolen: \{\n {2}id: 'c-17',\n {2}tenantId: 't-1',\n {2}_seal: \{/);
    expect(stolen.join("\n")).not.toMatch(/ada|Asthma|email|diagnosis/);
    expect(readdirSync(folder)).toEqual([]);
    const code25 = readFileSync(join(QUICKSTART, "roundtrip.ts"), "utf8").split("\n");
    expect(code25.filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length).toBeLessThanOrEqual(25);
  });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function start(file: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string = QUICKSTART): ChildProcess {
  const tsx = import.meta.resolve("tsx");
  const { NO_COLOR: _n, FORCE_COLOR: _f, NODE_OPTIONS: _o, ...inherited } = process.env;
  return spawn(process.execPath, ["--conditions=@cosmoseal/source", "--import", tsx, join(QUICKSTART, file), ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function run(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout!.on("data", (data: Buffer) => output.push(data));
    child.stderr!.on("data", (data: Buffer) => errors.push(data));
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, output: Buffer.concat(output).toString("utf8"), errors: Buffer.concat(errors).toString("utf8") });
    });
  });
}

/** Names of the members at which a tree of places has a place. */
function namesIn(tree: PlaceTree): string[] {
  const members = [...tree.members].flatMap(([name, place]) => (place.here ? [name] : namesIn(place)));
  return tree.element === undefined ? members : [...members, ...namesIn(tree.element)];
}

interface PlaceTree {
  readonly here: boolean;
  readonly members: ReadonlyMap<string, PlaceTree>;
  readonly element?: PlaceTree | undefined;
}
