// A behaviour is a test with a cell in the matrix, run for each SDK and each number of ranges against one target.

import { randomUUID } from "node:crypto";
import * as current from "@azure/cosmos";
import * as older from "cosmos-4-9";
import { afterAll, beforeAll, describe, test } from "vitest";
import { ACCOUNT } from "./account.js";
import { columnOf, RANGES, rowOf, VERSIONS } from "./matrix.js";
import { type Capability, lackOf, openTarget, type Target } from "./target.js";

export type Sdk = typeof current;

/** The two SDKs have the same surface; their classes differ in private members alone. */
const SDKS: Readonly<Record<string, Sdk>> = { "4.10.1": current, "4.9.3": older as unknown as Sdk };

export interface Setup {
  readonly sdk: Sdk;
  readonly ranges: number;
  readonly target: Target;
  readonly endpoint: string;
  readonly key: string;
  readonly client: current.CosmosClient;
  readonly database: current.Database;
  /** A container of its own for each call. */
  container(definition?: Partial<current.ContainerRequest>): Promise<current.Container>;
  /** A name that nobody else has. */
  name(start: string): string;
  elapse(seconds: number): Promise<void>;
}

export type Behaviour = (title: string, show: () => Promise<void>, needs?: readonly Capability[]) => void;

/**
 * Declares the behaviours of one area of the protocol. At the small size only the cells that say "small" are run; a title
 * without a row in the matrix is run always, so that it is noticed.
 */
export function describeBehaviours(area: string, declare: (setup: () => Setup, behaviour: Behaviour) => void): void {
  const full = process.env["COSMOSEAL_FULL"] !== "0" || ACCOUNT !== undefined;
  for (const version of VERSIONS) {
    for (const ranges of RANGES) {
      const column = columnOf(version, ranges);
      describe(area, () => {
        describe(column, () => {
          let setup: Setup | undefined;
          let chosen = 0;
          declare(
            () => setup!,
            (title, show, needs = []) => {
              const row = rowOf(area, title);
              if (row !== undefined && row.cells.get(column) !== "small" && !full) return;
              chosen++;
              const lack = lackOf(needs, ranges);
              if (lack === undefined) test(title, show);
              else test(title, (context) => context.skip(lack));
            },
          );
          if (chosen === 0)
            test("nothing at this size", (context) =>
              context.skip("none of the area's behaviours is in this column of the small size"));
          beforeAll(async () => {
            if (chosen > 0) setup = await start(SDKS[version]!, ranges);
          });
          afterAll(async () => {
            if (setup === undefined) return;
            await setup.database.delete();
            setup.client.dispose();
            await setup.target.close();
          });
        });
      });
    }
  }
}

async function start(sdk: Sdk, ranges: number): Promise<Setup> {
  const target = await openTarget(ranges);
  const { endpoint, key } = target;
  const client = new sdk.CosmosClient({ endpoint, key });
  const name = (text: string): string => `${text}-${randomUUID().slice(0, 8)}`;
  const { database } = await client.databases.create({ id: name("conformance") });
  let count = 0;
  return {
    sdk,
    ranges,
    target,
    endpoint,
    key,
    client,
    database,
    name,
    async container(definition = {}) {
      const { container } = await database.containers.create({
        id: `container-${++count}`,
        partitionKey: { paths: ["/pk"] },
        ...definition,
      });
      return container;
    },
    elapse: (seconds) => target.elapse(seconds),
  };
}
