// The real SDK, in both tested versions, over real HTTP, against emulators of one, two and three ranges.

import { createRequire } from "node:module";
import * as current from "@azure/cosmos";
import * as older from "cosmos-4-9";
import { afterAll, beforeAll, describe } from "vitest";
import { createEmulator, type Emulator, type EmulatorOptions } from "../src/index.js";

export { plain, refusal } from "../conformance/answers.js";

export type Sdk = typeof current;

/** The two SDKs have the same surface; their classes differ in private members alone. */
export const SDKS: readonly (readonly [name: string, sdk: Sdk])[] = [
  [`@azure/cosmos ${versionOf("@azure/cosmos")}`, current],
  [`@azure/cosmos ${versionOf("cosmos-4-9")}`, older as unknown as Sdk],
];

function versionOf(name: string): string {
  const main = createRequire(import.meta.url).resolve(name);
  const manifest: unknown = createRequire(import.meta.url)(main.replace(/dist\/commonjs\/.*$/, "package.json"));
  return (manifest as { readonly version: string }).version;
}

export interface Setup {
  readonly sdk: Sdk;
  readonly ranges: number;
  readonly emulator: Emulator;
  readonly client: current.CosmosClient;
  readonly database: current.Database;
  /** A container of its own for each call. */
  container(definition?: Partial<current.ContainerRequest>): Promise<current.Container>;
}

/** Runs the tests for both SDKs and each number of ranges, each with an emulator of its own. */
export function describeSetups(
  title: string,
  tests: (setup: () => Setup) => void,
  options: { readonly ranges?: readonly number[]; readonly emulator?: EmulatorOptions } = {},
): void {
  for (const [name, sdk] of SDKS) {
    for (const ranges of options.ranges ?? [1, 2, 3]) {
      describe(`${title} (${name}, ${ranges} range${ranges === 1 ? "" : "s"})`, () => {
        let setup: Setup;
        beforeAll(async () => {
          setup = await start(sdk, ranges, options.emulator);
        });
        afterAll(async () => {
          setup.client.dispose();
          await setup.emulator.close();
        });
        tests(() => setup);
      });
    }
  }
}

async function start(sdk: Sdk, ranges: number, options: EmulatorOptions = {}): Promise<Setup> {
  const emulator = await createEmulator({ ...options, ranges });
  const client = new sdk.CosmosClient(emulator.connectionString);
  const { database } = await client.databases.create({ id: "shop" });
  let count = 0;
  return {
    sdk,
    ranges,
    emulator,
    client,
    database,
    async container(definition = {}) {
      const { container } = await database.containers.create({
        id: `container-${++count}`,
        partitionKey: { paths: ["/pk"] },
        ...definition,
      });
      return container;
    },
  };
}
