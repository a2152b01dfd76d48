/** A pattern's tree as a program of small steps for the automaton. */
import { refusal } from "../evaluate/refusal.js";
import type { CharacterSet } from "./characters.js";
import type { Assertion, RegexNode } from "./syntax.js";

export type Instruction =
  | { readonly op: "set"; readonly set: CharacterSet }
  | { readonly op: "split"; readonly to: readonly number[] }
  | { readonly op: "assert"; readonly assertion: Assertion }
  | { readonly op: "match" };

/** A bound on the product of text and program, which is the time that a match takes. */
const maxInstructions = 5_000;

/** Instructions go on to the next one, but for `split`, which goes to any of its targets. */
export function compileProgram(tree: RegexNode): readonly Instruction[] {
  const program: Instruction[] = [];
  emit(tree);
  push({ op: "match" });
  return program;

  function emit(node: RegexNode): void {
    switch (node.kind) {
      case "empty":
        return;
      case "set":
        push({ op: "set", set: node.set });
        return;
      case "assert":
        push({ op: "assert", assertion: node.assertion });
        return;
      case "sequence":
        for (const part of node.parts) emit(part);
        return;
      case "choice":
        emitChoice(node.options);
        return;
      case "repeat":
        emitRepeat(node.part, node.least, node.most);
        return;
    }
  }

  function emitChoice(options: readonly RegexNode[]): void {
    const starts: number[] = [];
    push({ op: "split", to: starts });
    const ends: number[][] = [];
    for (const option of options) {
      starts.push(program.length);
      emit(option);
      const end: number[] = [];
      push({ op: "split", to: end });
      ends.push(end);
    }
    for (const end of ends) end.push(program.length);
  }

  function emitRepeat(part: RegexNode, least: number, most: number): void {
    for (let i = 0; i < least; i++) emit(part);
    if (most === Number.POSITIVE_INFINITY) {
      const loop: number[] = [program.length + 1];
      const start = program.length;
      push({ op: "split", to: loop });
      emit(part);
      push({ op: "split", to: [start] });
      loop.push(program.length);
      return;
    }
    const skips: number[][] = [];
    for (let i = least; i < most; i++) {
      const skip = [program.length + 1];
      push({ op: "split", to: skip });
      skips.push(skip);
      emit(part);
    }
    for (const skip of skips) skip.push(program.length);
  }

  function push(instruction: Instruction): void {
    if (program.length >= maxInstructions) {
      throw refusal("COSMOSEAL_REGEX", "The regular expression is too large once its repetitions are written out.");
    }
    program.push(instruction);
  }
}
