/** The prefix tree of range indexes against test data that others made, and its bounds. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  childrenOf,
  coverOf,
  digitsOf,
  edgesOf,
  leavesOf,
  type TreeShape,
} from "../../packages/core/src/index/range-tree.js";
import { sharedVectors } from "../support/shared.js";

interface Vector {
  readonly min: string;
  readonly max: string;
  readonly sparsity: number;
  readonly trimFactor: number;
  /** Edges in any order, a cover in order of the leaves; `root` is the empty prefix. */
  readonly expect: readonly string[];
}

interface EdgesVector extends Vector {
  readonly value: string;
}

interface CoverVector extends Vector {
  readonly lower: string;
  readonly upper: string;
  readonly includeLower: boolean;
  readonly includeUpper: boolean;
}

type Vectors = Readonly<Record<"edges_int32" | "edges_int64", readonly EdgesVector[]>> &
  Readonly<Record<"mincover_int32" | "mincover_int64", readonly CoverVector[]>>;

const shared = sharedVectors("range-tree.json");

if (shared !== undefined) {
  test("edges and minimal covers are those that libmongocrypt computes", () => {
    const vectors = JSON.parse(shared) as Vectors;
    const edges = [...vectors.edges_int32, ...vectors.edges_int64].map(
      (vector) => [vector, edgesOf(shapeOf(vector), stepOf(vector, vector.value))] as const,
    );
    const covers = [...vectors.mincover_int32, ...vectors.mincover_int64].map((vector) => {
      const low = stepOf(vector, vector.lower) + (vector.includeLower ? 0n : 1n);
      const high = stepOf(vector, vector.upper) - (vector.includeUpper ? 0n : 1n);
      return [vector, coverOf(shapeOf(vector), low, high)] as const;
    });
    const total = edges.length + covers.length;
    const wrong = [...edges, ...covers].filter(([vector, found]) => {
      const named = found.map((node) => (node === "" ? "root" : node));
      return vector.trimFactor !== 0 || named.sort().join() !== [...vector.expect].sort().join();
    });
    console.info(`range trees: ${total - wrong.length}/${total}`);
    expect(wrong.map(([vector, found]) => ({ vector, found }))).toEqual([]);
    expect(total).toBe(1808);
  });
}

const shape = fc.record({ digits: fc.integer({ min: 1, max: 12 }), sparsity: fc.integer({ min: 1, max: 4 }) });

describe("a tree", () => {
  test("covers an interval with nodes that have its leaves below them, each once, and no others", () => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.nat(), (tree, a, b) => {
        const size = 2 ** tree.digits;
        const [low, high] = [a % size, b % size].sort((x, y) => x - y) as [number, number];
        const leaves = coverOf(tree, BigInt(low), BigInt(high)).flatMap((node) => {
          const [first, last] = leavesOf(tree, node);
          return Array.from({ length: Number(last - first) + 1 }, (_, i) => Number(first) + i);
        });
        expect(leaves).toEqual(Array.from({ length: high - low + 1 }, (_, i) => low + i));
      }),
      { numRuns: 500 },
    );
  });

  test("has an edge of a leaf in a cover exactly where the leaf is in the interval", () => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.nat(), fc.nat(), (tree, a, b, c) => {
        const size = 2 ** tree.digits;
        const [low, high] = [a % size, b % size].sort((x, y) => x - y) as [number, number];
        const step = c % size;
        const cover = new Set(coverOf(tree, BigInt(low), BigInt(high)));
        const meets = edgesOf(tree, BigInt(step)).filter((edge) => cover.has(edge)).length;
        expect(meets).toBe(low <= step && step <= high ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });

  test("has children whose leaves are the parent's, in order", () => {
    fc.assert(
      fc.property(shape, fc.nat(), (tree, pick) => {
        const leaf = edgesOf(tree, BigInt(pick % 2 ** tree.digits));
        for (const [i, node] of leaf.entries()) {
          const children = childrenOf(tree, node);
          if (i === leaf.length - 1) expect(children).toEqual([]);
          else {
            expect(children).toContain(leaf[i + 1]);
            expect(children).toEqual([...children].sort());
            expect([leavesOf(tree, children[0]!)[0], leavesOf(tree, children.at(-1)!)[1]]).toEqual(
              leavesOf(tree, node),
            );
          }
        }
      }),
    );
  });

  const day = digitsOf(BigInt((Date.parse("2100-01-01") - Date.parse("1900-01-01")) / 86_400_000));
  test.each([
    ["a day within two hundred years", day, 50],
    ["an int32", 32, 92],
    ["an int64", 64, 188],
  ])("has covers of %s within the stated bound, and one that reaches it or nearly", (_, digits, bound) => {
    const tree = { digits, sparsity: 2 };
    const top = (1n << BigInt(digits)) - 1n;
    const longest = coverOf(tree, 1n, top - 1n).length;
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: top }), fc.bigInt({ min: 0n, max: top }), (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(coverOf(tree, low, high).length).toBeLessThanOrEqual(longest);
      }),
      { numRuns: 300 },
    );
    console.info(`longest cover of ${digits} digits: ${longest}`);
    expect(longest).toBeLessThanOrEqual(bound);
    expect(longest).toBeGreaterThan(bound * 0.9);
  });
});

function shapeOf({ min, max, sparsity }: Vector): TreeShape {
  return { digits: digitsOf(BigInt(max) - BigInt(min)), sparsity };
}

function stepOf({ min }: Vector, value: string): bigint {
  return BigInt(value) - BigInt(min);
}
