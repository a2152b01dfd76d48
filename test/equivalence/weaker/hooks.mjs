/**
 * Module hooks: a module of the project that is asked for with `?mutation=n` is loaded afresh, and so is all of the project that it
 * imports, with one text in one file changed. Plain JavaScript, since hooks are loaded before anything that reads TypeScript.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** @type {{ root: string, mutations: readonly { file: string, find: string, put: string }[] }} */
let state = { root: "", mutations: [] };
/** @type {Map<string, string>} */
const transpiled = new Map();

/** @param {typeof state} data */
export function initialize(data) {
  state = data;
}

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, next) {
  const [plain, own] = specifier.split("?mutation=");
  const [parent, inherited] = (context.parentURL ?? "").split("?mutation=");
  const mutation = own ?? inherited;
  const resolved = await next(plain, { ...context, ...(parent && { parentURL: parent }) });
  if (mutation === undefined || !isOurs(resolved.url)) return resolved;
  return { ...resolved, url: `${resolved.url.split("?")[0]}?mutation=${mutation}`, format: "module" };
}

/** @type {import("node:module").LoadHook} */
export async function load(url, context, next) {
  const [plain, mutation] = url.split("?mutation=");
  if (mutation === undefined) return next(url, context);
  return { format: "module", shortCircuit: true, source: sourceOf(plain, state.mutations[Number(mutation)]) };
}

/** Throws where the text that is to change isn't there exactly once. */
function sourceOf(url, mutation) {
  const file = fileURLToPath(url);
  if (mutation === undefined || !file.endsWith(`/${mutation.file}`)) {
    const known = transpiled.get(file) ?? transpile(readFileSync(file, "utf8"), file);
    transpiled.set(file, known);
    return known;
  }
  const parts = readFileSync(file, "utf8").split(mutation.find);
  if (parts.length !== 2) throw new Error(`${mutation.file} holds "${mutation.find}" ${parts.length - 1} times`);
  return transpile(parts.join(mutation.put), file);
}

function transpile(text, fileName) {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  };
  return ts.transpileModule(text, { fileName, compilerOptions }).outputText;
}

function isOurs(url) {
  return url.startsWith(state.root) && !url.includes("/node_modules/");
}
