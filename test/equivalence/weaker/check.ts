/** The weaker predicate alone: the pushed text, evaluated over stored documents, holds wherever the condition holds. */
import { compile, type Json, type Parameters, parse, SqlError, visit } from "@cosmoseal/sql";
import { createKeyStore, isCosmosealError, memoryKeyStore, staticKeyring } from "cosmoseal";
import { type SealContext, sealContext } from "../../../packages/client/src/options/seal-options.js";
import { bindQuery } from "../../../packages/client/src/query/bind.js";
import { planQuery } from "../../../packages/client/src/query/plan.js";
import { sealForWriting } from "../../../packages/client/src/sealing/write.js";
import { type Draw, drawFrom } from "../draw.js";
import { Conditions, type Spot, spotsIn } from "../random/conditions.js";
import { containerOf } from "../random/container.js";
import { denseShapeFrom, type Shape, shapeFrom } from "../random/shape.js";
import { toJson } from "../rows.js";
import type { EquivalenceSchema } from "../schemas/schema.js";
import { constantsOf } from "../secrets.js";

export interface WeakerResult {
  /** A condition over sealed paths, and a document. */
  pairs: number;
  /** Of these, the condition is true of the document. */
  held: number;
  /** Of these, the server would not have sent the document: what must never be. */
  lost: number;
  /** Conditions that left documents out. */
  narrowed: number;
  conditions: number;
  /** Values beside sealed paths that stand in what is sent. */
  leaked: number;
  /** The first condition with a loss or a leak, or that failed. */
  first: string | undefined;
}

export interface WeakerOptions {
  readonly seed: number;
  readonly schemas: number;
  readonly conditions: number;
  readonly documents: number;
  /** Places to ask about; all where it isn't said. */
  readonly about?: readonly Spot["type"][] | undefined;
  /** Stop at the first loss or leak. */
  readonly first?: boolean;
}

export async function checkWeaker(options: WeakerOptions): Promise<WeakerResult> {
  const result: WeakerResult = {
    pairs: 0,
    held: 0,
    lost: 0,
    narrowed: 0,
    conditions: 0,
    leaked: 0,
    first: undefined,
  };
  for (let n = 0; n < options.schemas; n++) {
    const draw = drawFrom(options.seed + n * 104_729);
    const shape = n % 3 === 0 ? shapeFrom(draw) : denseShapeFrom(draw);
    const subject = await subjectOf(containerOf(shape, draw, options.documents));
    for (let i = 0; i < options.conditions; i++) {
      await checkOne(subject, conditionFrom(shape, draw, options.about), result);
      if (options.first && result.first !== undefined) return result;
    }
  }
  return result;
}

interface Subject {
  readonly schema: EquivalenceSchema;
  readonly context: SealContext;
  readonly definition: ReturnType<EquivalenceSchema["define"]>;
  readonly documents: readonly Json[];
  readonly stored: readonly Json[];
}

interface Question {
  readonly text: string;
  readonly parameters: Parameters;
}

async function subjectOf(schema: EquivalenceSchema): Promise<Subject> {
  const definition = schema.define();
  const keyring = staticKeyring(Buffer.alloc(32, 6).toString("base64"));
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [definition] });
  const context = sealContext({ keyring, store, pin, containers: { "sealed/random": definition } });
  const documents = schema.documents(0);
  const stored = await Promise.all(
    documents.map((document) => sealForWriting(context, definition, document, "create")),
  );
  return { schema, context, definition, documents: documents.map((one) => toJson(one) as Json), stored };
}

function conditionFrom({ members }: Shape, draw: Draw, about: WeakerOptions["about"]): Question {
  const parameters: Record<string, Json> = {};
  const key = { kind: "leaf", type: "text", treatment: { is: "signed" } } as const;
  const spots = spotsIn({ id: key, pk: key, ...members }, "c", draw);
  const lists = spots.filter(({ type }) => type === "list" || type === "objects");
  const list = lists.length > 0 && draw.chance(0.15) ? draw.one(lists) : undefined;
  const inner =
    list === undefined
      ? []
      : list.type === "list"
        ? [{ text: "j", type: list.element!, members: undefined, element: undefined }]
        : spotsIn(list.members!, "j", draw);
  const join = list === undefined ? "" : ` JOIN j IN ${list.text}`;
  const all = [...spots, ...inner, ...inner];
  const asked = about === undefined ? all : all.filter(({ type }) => about.includes(type));
  const condition = new Conditions(draw, parameters).condition(
    asked.length === 0 ? all : asked,
    draw.one([0, 1, 1, 2, 3]),
  );
  return { text: `SELECT VALUE c FROM c${join} WHERE ${condition}`, parameters };
}

async function checkOne(subject: Subject, { parameters, text }: Question, result: WeakerResult): Promise<void> {
  const { context, definition, documents, schema, stored } = subject;
  const constants = constantsOf(schema, text, parameters);
  if (!constants.filters) return;
  const wanted = rowsOf(text, parameters, documents);
  if (wanted === undefined) return;
  const tell = (): string => `${text}  ${JSON.stringify(parameters)}`;
  let pushed: Awaited<ReturnType<typeof bindQuery>>;
  try {
    pushed = await bindQuery(context, definition, planQuery(definition, text), parameters, { scan: true });
  } catch (error) {
    if (!isCosmosealError(error)) result.first ??= `${String(error)}: ${tell()}`;
    else if (error.code !== "ERR_QUERY_SYNTAX") result.first ??= `${error.code}: ${tell()}`;
    return;
  }
  const sent = Object.fromEntries((pushed.parameters ?? []).map(({ name, value }) => [name, value as Json]));
  const given = rowsOf(pushed.query, sent, stored);
  result.conditions++;
  result.pairs += documents.length;
  result.held += wanted.size;
  const lost = given === undefined ? wanted.size : [...wanted].filter((i) => !given.has(i)).length;
  const leaked = constantsSent(pushed.query, sent).filter((value) => constants.secret.has(value) && isTelling(value));
  result.lost += lost;
  result.leaked += leaked.length;
  if (given !== undefined && given.size < documents.length) result.narrowed++;
  if (lost > 0 || leaked.length > 0) result.first ??= tell();
}

/** Which of the documents are among the rows, by their place; undefined for what is no query. */
function rowsOf(text: string, parameters: Parameters, documents: readonly Json[]): ReadonlySet<number> | undefined {
  const places = new Map(documents.map((document, i) => [document, i]));
  try {
    return new Set([...compile(parse(text)).run(documents, parameters)].map((row) => places.get(row)!));
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function constantsSent(text: string, parameters: Parameters): readonly (string | number | boolean | null)[] {
  const constants: (string | number | boolean | null)[] = [];
  for (const value of Object.values(parameters)) {
    if (value !== undefined && (typeof value !== "object" || value === null)) constants.push(value);
  }
  visit(parse(text), {
    Literal: ({ value }, parent) => {
      if (parent?.kind !== "Member" && value !== undefined) constants.push(value);
    },
  });
  return constants;
}

function isTelling(value: string | number | boolean | null): boolean {
  return typeof value === "string" ? value.length > 1 : typeof value === "number" && Math.abs(value) > 9;
}
