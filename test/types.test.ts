/** What doesn't compile, and the sentence that says why: each case is compiled by the real TypeScript. */
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const head = `
import { type ContainerDefinition, type DocumentOf, defineContainer, sealed, signed, unsigned } from "@cosmoseal/core";
import * as z from "zod";
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T => true as T;
`;

const customers = `
const customers = defineContainer({
  name: "customers",
  partitionKey: "/tenantId",
  scope: { path: "/tenantId", family: "tenant" },
  schema: z.object({
    id: z.string(),
    tenantId: z.string(),
    visits: unsigned(z.number()),
    email: sealed(z.email(), { equality: { normalize: "lowercase" } }),
    born: sealed(z.date()).optional(),
    address: sealed(z.object({ street: z.string(), geo: z.object({ lat: z.number() }) })).optional(),
    cards: z.array(z.object({ brand: z.string(), pan: sealed(z.string()) })),
    tags: sealed(z.array(z.string()), { equality: true }),
  }),
});
`;

const COMPILES: Readonly<Record<string, string>> = {
  "the document type is inferred from the schema": `${customers}
    type Customer = DocumentOf<typeof customers>;
    is<Equal<Customer["email"], string>>();
    is<Equal<Customer["born"], Date | undefined>>();
    is<Equal<Customer["cards"][number]["pan"], string>>();
    is<Equal<Customer["tags"], string[]>>();
    is<Equal<keyof Customer, "id" | "tenantId" | "visits" | "email" | "born" | "address" | "cards" | "tags">>();`,
  "nothing is defaulted: the type is that of the input": `
    const c = defineContainer({ name: "c", partitionKey: "/pk", schema: z.object({ id: z.string(), pk: z.string(), n: z.number().default(1) }) });
    is<Equal<DocumentOf<typeof c>["n"], number | undefined>>();`,
  "nested and hierarchical partition keys": `
    defineContainer({ name: "c", partitionKey: ["/tenant", "/user/id"], schema: z.object({ id: z.string(), tenant: z.string(), user: z.object({ id: z.string() }) }) });`,
  "the id as partition key, without an id in the schema": `
    defineContainer({ name: "c", partitionKey: "/id", schema: z.object({ a: z.string() }) });`,
  "derived schemas that keep their sealing": `
    const address = sealed(z.object({ street: z.string(), city: z.string() }));
    defineContainer({ name: "c", partitionKey: "/id", schema: z.object({ id: z.string(), a: address.partial(), b: address.extend({ zip: z.string() }).optional() }) });`,
  "the path form, whose documents are open": `
    const c = defineContainer({ name: "c", partitionKey: "/pk", paths: { "/email": sealed({ equality: true }), "/n": unsigned(), "/plan": signed() } });
    is<Equal<DocumentOf<typeof c>, Record<string, unknown>>>();
    const list: ContainerDefinition[] = [c];`,
  "equality on an optional, nullable, enumerated or numeric path": `
    sealed(z.string().optional(), { equality: true });
    sealed(z.number().nullable(), { equality: { bits: 16 } });
    sealed(z.enum(["a", "b"]), { equality: true });
    sealed(z.date(), { equality: true });`,
  "every kind of index on what it serves": `
    sealed(z.int(), { range: { min: 0, max: 150 } });
    sealed(z.number().nullable().optional(), { range: { min: 0, max: 1, precision: 0.01, sparsity: 1 } });
    sealed(z.bigint(), { range: { min: -1n, max: 2n ** 63n - 1n, precision: 1n } });
    sealed(z.date().optional(), { range: { min: new Date(0), max: "2100-01-01", precision: "millisecond" } });
    sealed(z.iso.date(), { range: { min: "1900-01-01", max: "2100-01-01", precision: "day" } });
    sealed(z.array(z.number()), { range: { min: 0, max: 1, precision: 0.1 } });
    sealed(z.any(), { range: { min: 0, max: 1 }, prefix: true, substring: true });
    sealed(z.string().nullable(), { prefix: { max: 8, normalize: "lowercase" }, substring: { maxLength: 64 } });
    sealed(z.enum(["a", "b"]), { prefix: true });
    sealed(z.array(z.string()).optional(), { substring: true });
    sealed({ range: { min: "2000", max: "2100", precision: "month" }, prefix: true });`,
};

const REFUSED: Readonly<Record<string, readonly [code: string, sentence: string]>> = {
  "a misspelt partition key": [
    `defineContainer({ name: "c", partitionKey: "/tenantIdd", schema: z.object({ id: z.string(), tenantId: z.string() }) });`,
    "/tenantIdd is not a path of the schema.",
  ],
  "a misspelt path in a hierarchical partition key": [
    `defineContainer({ name: "c", partitionKey: ["/tenantId", "/usr/id"], schema: z.object({ id: z.string(), tenantId: z.string(), user: z.object({ id: z.string() }) }) });`,
    "/usr/id is not a path of the schema.",
  ],
  "a misspelt scope": [
    `defineContainer({ name: "c", partitionKey: "/tenantId", scope: { path: "/tenant", family: "tenant" }, schema: z.object({ id: z.string(), tenantId: z.string() }) });`,
    "/tenant is not a path of the schema.",
  ],
  "a range on a boolean": [
    `sealed(z.boolean(), { range: { min: false, max: true } });`,
    "A boolean has no range: declare equality.",
  ],
  "a range over values of two types": [
    `sealed(z.union([z.number(), z.string()]), { range: { min: 0, max: 1 } });`,
    "A range needs numbers, bigints or dates, of one type.",
  ],
  "a range of dates between numbers": [
    `sealed(z.iso.date(), { range: { min: 0, max: 1 } });`,
    "Type 'number' is not assignable to type 'string | Date'.",
  ],
  "a range of dates by a number": [
    `sealed(z.date(), { range: { min: "2000-01-01", max: "2100-01-01", precision: 1 } });`,
    "Type 'number' is not assignable to type 'DatePrecision | undefined'.",
  ],
  "a range of numbers by a unit of time": [
    `sealed(z.number(), { range: { min: 0, max: 1, precision: "day" } });`,
    "Type 'string' is not assignable to type 'number'.",
  ],
  "a range without an end": [`sealed(z.number(), { range: { min: 0 } });`, "Property 'max' is missing"],
  "a prefix of a number": [`sealed(z.number(), { prefix: true });`, "Only text has a prefix."],
  "substrings of dates": [`sealed(z.date(), { substring: true });`, "Only text has substrings."],
  "substrings normalized beyond case": [
    `sealed(z.string(), { substring: { normalize: "nfkc" } });`,
    `Type '"nfkc"' is not assignable to type '"lowercase"'.`,
  ],
  "equality on an object": [
    `sealed(z.object({ a: z.string() }), { equality: true });`,
    "Equality needs a string, number, bigint, boolean or date, or an array of them.",
  ],
  "equality on bytes": [`sealed(z.instanceof(Uint8Array), { equality: true });`, "Equality needs a string"],
  "normalizing a number": [
    `sealed(z.number(), { equality: { normalize: "lowercase" } });`,
    "Only strings are normalized.",
  ],
  "a sealed path that a transform would unseal": [
    `defineContainer({ name: "c", partitionKey: "/id", schema: z.object({ id: z.string(), email: sealed(z.string()).transform((e) => e.length) }) });`,
    "A transform or pipe at /email changes what is stored and loses its treatment: give the schema of the stored value.",
  ],
  "the same behind a wrapper": [
    `defineContainer({ name: "c", partitionKey: "/id", schema: z.object({ id: z.string(), email: sealed(z.string()).pipe(z.string()).optional() }) });`,
    "A transform or pipe at /email changes what is stored",
  ],
  "an unknown option": [`sealed(z.string(), { equalty: true });`, "'equalty' does not exist"],
  "a document of another type": [
    `${customers}
    const bad: DocumentOf<typeof customers> = { id: "1", tenantId: "t", visits: "many", email: "a", cards: [], tags: [] };`,
    "Type 'string' is not assignable to type 'number'.",
  ],
};

describe("types", () => {
  const results = compile([...Object.values(COMPILES), ...Object.values(REFUSED).map(([code]) => code)]);
  test.each(Object.keys(COMPILES).map((name, i) => [name, i] as const))("compiles: %s", (_, i) => {
    expect(results[i]).toBe("");
  });
  test.each(Object.entries(REFUSED).map(([name, [, sentence]], i) => [name, sentence, i] as const))(
    "doesn't compile: %s",
    (_, sentence, i) => {
      expect(results[Object.keys(COMPILES).length + i]).toContain(sentence);
    },
  );
});

/** The messages of each snippet, joined; empty where it compiles. */
function compile(snippets: readonly string[]): string[] {
  const folder = fileURLToPath(new URL("./", import.meta.url));
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${folder}../tsconfig.base.json`, ts.sys.readFile).config,
    ts.sys,
    `${folder}..`,
  );
  const files = new Map(snippets.map((code, i) => [`${folder}snippet-${i}.ts`, `${head}${code}\nexport {};\n`]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, language, ...rest) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, language, ...rest) : ts.createSourceFile(name, text, language);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].map((name) => {
    const source = program.getSourceFile(name)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")).join("\n");
  });
}
