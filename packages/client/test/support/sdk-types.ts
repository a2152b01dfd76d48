/** The SDK's declared surface: every exported name, and the members of every class and interface, private ones left out. */
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** One line for each exported name: the name, what it is, its members in order. `package` as this package knows it. */
export function declaredSurface(name: string): readonly string[] {
  const entry = fileURLToPath(new URL(`../../node_modules/${name}/dist/esm/index.d.ts`, import.meta.url));
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
  return checker
    .getExportsOfModule(module)
    .map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return [symbol.name, kindOf(target), membersOf(checker, target).join(" ")].join("\t").trimEnd();
    })
    .sort();
}

function kindOf(symbol: ts.Symbol): string {
  const { flags } = symbol;
  if (flags & ts.SymbolFlags.Class) return "class";
  if (flags & ts.SymbolFlags.Interface) return "interface";
  if (flags & ts.SymbolFlags.TypeAlias) return "type";
  if (flags & ts.SymbolFlags.Enum) return "enum";
  if (flags & ts.SymbolFlags.Function) return "function";
  return "value";
}

/** Of a union all members that any part of it has: an option that is new somewhere is new. */
function membersOf(checker: ts.TypeChecker, symbol: ts.Symbol): readonly string[] {
  if (symbol.flags & ts.SymbolFlags.Enum) return [...(symbol.exports?.keys() ?? [])].map(String).sort();
  if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias))) return [];
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const parts = type.isUnion() ? type.types : [type];
  const members = parts
    .filter((part) => part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))
    .flatMap((part) => checker.getPropertiesOfType(part))
    .filter((member) => member.valueDeclaration !== undefined && isDeclaredByTheSdk(member.valueDeclaration))
    .map(({ name }) => name);
  return [...new Set(members)].filter((member) => !member.startsWith("__")).sort();
}

/** What arrays, errors and promises have of the language isn't the SDK's. */
function isDeclaredByTheSdk(declaration: ts.Declaration): boolean {
  const isPrivate = ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private;
  return !isPrivate && !/[\\/]typescript[\\/]lib[\\/]/.test(declaration.getSourceFile().fileName);
}
