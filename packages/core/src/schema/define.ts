/** `defineContainer`: what the application says of one container, compiled once. */
import type { $ZodType, input as Input } from "zod/v4/core";
import { CosmosealError } from "../errors.js";
import { unknownOption } from "../nearest.js";
import { compilePlan } from "../plan/compile.js";
import { type LockedVersion, readHistory } from "../plan/history.js";
import type { Plan, PlanNode, ScopeDeclaration } from "../plan/plan.js";
import { type MovingIn, type MovingInOptions, readMovingIn } from "./moving-in.js";
import { type PathTable, readPathTable } from "./paths.js";
import { joinPointer } from "./pattern.js";
import { isZodSchema } from "./treatment.js";
import type { CheckedPath, CheckedSchema } from "./types.js";
import { readZodSchema } from "./zod.js";

declare const documentType: unique symbol;

/** A container definition, frozen. Serves exactly one container of an account. */
export interface ContainerDefinition<Document = Record<string, unknown>> {
  readonly name: string;
  readonly plan: Plan;
  /** There only while plaintext documents are still believed. */
  readonly movingIn?: MovingIn;
  /** Throws ERR_DOCUMENT_INVALID; there only with `validate: "write"`. */
  readonly validate?: (document: unknown) => void;
  /** Type of the documents; never there at run time. */
  readonly [documentType]?: Document;
}

/** The type of a definition's documents. */
export type DocumentOf<D> = D extends ContainerDefinition<infer Document> ? Document : never;

interface CommonOptions {
  /** Logical name, bound into every sealed document: it stays when the container is restored under another one. */
  readonly name: string;
  /** Raised with every change of the schema. Default 1. */
  readonly version?: number;
  /**
   * Facts of other versions, as the lock file has them: of earlier ones, whose documents stay readable; of the own, which must
   * not change; and of later ones, so that this version can read and search what they write. Put a later version here and deploy
   * that before the application that writes it.
   */
  readonly history?: readonly LockedVersion[];
  /**
   * Paths that an earlier version seals and this one stores in the clear, as patterns. Without being named here they are refused:
   * a treatment must not be lost by accident.
   */
  readonly declassify?: readonly string[];
  /** For a container that holds plaintext documents of before; see {@link MovingInOptions}. Default: `strict`. */
  readonly movingIn?: MovingInOptions;
  /**
   * What happens to properties that the schema doesn't declare. Default: refused on writing, so that a misspelt name doesn't
   * travel in clear. `unsigned` leaves them unprotected.
   */
  readonly unlisted?: "signed" | "sealed" | "unsigned";
}

/** Options with a zod schema. */
export interface ZodContainerOptions<S extends $ZodType, P extends string, Q extends string> extends CommonOptions {
  /** Gives structure and treatment alone: nothing is parsed, stripped, defaulted or coerced. */
  readonly schema: CheckedSchema<S>;
  readonly partitionKey: CheckedPath<P, Input<S>> | readonly CheckedPath<P, Input<S>>[];
  /** Path and family of the scope that a document's keys come from. Default: one scope, the container. */
  readonly scope?: { readonly path: CheckedPath<Q, Input<S>>; readonly family: string };
  /** `write` parses every document before it is sealed, and throws ERR_DOCUMENT_INVALID; what is stored stays as given. */
  readonly validate?: "write";
}

/** Options in the path form. */
export interface PathContainerOptions extends CommonOptions {
  readonly paths: PathTable;
  readonly partitionKey: string | readonly string[];
  readonly scope?: ScopeDeclaration;
}

/**
 * Defines a container: which paths are sealed, signed, unsigned, and where their keys come from.
 *
 * @throws ERR_SCHEMA_INVALID, ERR_SCHEMA_UNSUPPORTED, ERR_SCHEMA_TREATED_TWICE, ERR_INDEX_UNSUPPORTED, ERR_PATH_RESERVED
 * @example
 * const customers = defineContainer({
 *   name: "customers",
 *   partitionKey: "/tenantId",
 *   schema: z.object({ id: z.string(), tenantId: z.string(), email: sealed(z.email(), { equality: true }) }),
 * });
 */
export function defineContainer<S extends $ZodType, P extends string, Q extends string>(
  options: ZodContainerOptions<S, P, Q>,
): ContainerDefinition<Input<S>>;
export function defineContainer(options: PathContainerOptions): ContainerDefinition;
export function defineContainer(
  options: ZodContainerOptions<$ZodType, string, string> | PathContainerOptions,
): ContainerDefinition {
  const { name, version = 1, unlisted = "refused", partitionKey, declassify = [] } = options;
  checkCommon(name, version);
  checkKnown(options, name);
  if (!UNLISTED.includes(unlisted)) throw invalid(`\`unlisted\` is one of ${UNLISTED.slice(1).join(", ")}.`, name);
  const history = readHistory(name, options.history ?? []);
  const schema: unknown = "schema" in options ? options.schema : undefined;
  if ((schema !== undefined) === "paths" in options || (schema !== undefined && !isZodSchema(schema))) {
    throw invalid("A definition has either `schema`, a zod 4 object, or `paths`.", name);
  }
  const node = isZodSchema(schema) ? readZodSchema(schema) : readPathTable((options as PathContainerOptions).paths);
  if (isZodSchema(schema) && node.members === undefined && node.rest === undefined) {
    throw invalid("The schema of a container is an object.", name);
  }
  const paths = typeof partitionKey === "string" ? [partitionKey] : partitionKey;
  if (!Array.isArray(paths) || paths.length < 1 || paths.length > 3) {
    throw invalid("A container has one to three partition-key paths.", name);
  }
  const plan = compilePlan({
    name,
    version,
    partitionKey: paths as readonly string[],
    schema: node,
    unlisted,
    history,
    declassify,
    ...(options.scope === undefined ? {} : { scope: options.scope as ScopeDeclaration }),
  });
  if ("validate" in options && options.validate !== undefined && options.validate !== "write") {
    throw invalid('`validate` is "write".', name);
  }
  const validate =
    "validate" in options && options.validate === "write" ? { validate: validator(plan, schema as $ZodType) } : {};
  const movingIn = readMovingIn(plan, options.movingIn);
  return Object.freeze({ name, plan, ...(movingIn && { movingIn }), ...validate });
}

function checkCommon(name: unknown, version: unknown): void {
  if (typeof name !== "string" || name.length < 1 || name.length > 255) {
    throw invalid("A definition has a name of 1 to 255 characters.", String(name).slice(0, 255));
  }
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 1) {
    throw invalid("A schema version is an integer from 1.", name);
  }
}

/** What is misspelt must not pass for what was left out: `unlistd: "sealed"` would leave the rest public. */
function checkKnown(options: object, container: string): void {
  const unknown = unknownOption(options, OPTIONS);
  if (unknown === undefined) return;
  const message = `A definition has no option \`${unknown.name}\`.`;
  throw new CosmosealError("ERR_SCHEMA_INVALID", message, { container, remedy: unknown.remedy });
}

const OPTIONS: readonly string[] = [
  ...["name", "version", "history", "declassify", "movingIn", "unlisted"],
  ...["schema", "paths", "partitionKey", "scope", "validate"],
];
const UNLISTED: readonly string[] = ["refused", "signed", "sealed", "unsigned"];

/** Issues are told by path alone: their messages may quote values. */
function validator(plan: Plan, schema: $ZodType): (document: unknown) => void {
  const { name } = plan;
  return (document) => {
    const result = schema["~standard"].validate(document);
    if (result instanceof Promise) throw invalid("`validate` needs a schema without asynchronous checks.", name);
    const [issue] = result.issues ?? [];
    if (issue === undefined) return;
    throw new CosmosealError("ERR_DOCUMENT_INVALID", "The document doesn't satisfy the schema.", {
      container: name,
      path: publicPath(plan.root, issue.path ?? []),
    });
  };
}

/** As far as names are public: those inside a sealed place are sealed with it. */
function publicPath(root: PlanNode, steps: readonly (PropertyKey | { readonly key: PropertyKey })[]): string {
  let node: PlanNode | undefined = root;
  let path = "";
  for (const step of steps) {
    if (node === undefined || node.treatment === "sealed") break;
    const name = String(typeof step === "object" ? step.key : step);
    node = node.members?.get(name) ?? node.rest ?? node.element;
    path = joinPointer(path, name);
  }
  return path;
}

function invalid(message: string, container: string): CosmosealError {
  return new CosmosealError("ERR_SCHEMA_INVALID", message, { container });
}
