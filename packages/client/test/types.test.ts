/** Types: the client is the SDK's for the compiler too, and a typed container knows its documents. Checked by `tsc`. */
import type { Container, ItemResponse, QueryIterator, CosmosClient as SdkClient } from "@azure/cosmos";
import type { CosmosClient, CosmosClientOptions, DocumentOf, TypedContainer } from "cosmoseal";
import { describe, expectTypeOf, test } from "vitest";
import { type customers, useWorld } from "./support/world.js";

const world = useWorld();
type Customer = DocumentOf<typeof customers>;

describe("the client", () => {
  test("goes where the SDK's client is asked for", () => {
    expectTypeOf<CosmosClient>().toExtend<SdkClient>();
    expectTypeOf(world().client.database("shop").container("customers")).toEqualTypeOf<Container>();
  });

  test("isn't made without `seal`", () => {
    // @ts-expect-error `seal` is missing
    const options: CosmosClientOptions = { connectionString: "x" };
    expectTypeOf(options).toExtend<CosmosClientOptions>();
  });
});

describe("a typed container", () => {
  test("takes and gives documents of the schema", () => {
    type Typed = TypedContainer<Customer>;
    expectTypeOf<Parameters<Typed["items"]["create"]>[0]["id"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Awaited<ReturnType<ReturnType<Typed["item"]>["read"]>>>().toExtend<
      ItemResponse<Customer & { id: string }>
    >();
    expectTypeOf<ReturnType<Typed["items"]["readAll"]>>().toExtend<QueryIterator<Customer>>();
    const typed = {} as Typed;
    const compile = (): unknown[] => [
      // @ts-expect-error a number is no e-mail
      typed.items.create({ tenantId: "t", email: 1 }),
      // @ts-expect-error the partition key is required
      typed.items.create({ email: "a@b.c" }),
      // @ts-expect-error replacing needs the id
      typed.item("x").replace({ tenantId: "t" }),
      typed.items.create({ tenantId: "t", email: "a@b.c", cards: [{ brand: "visa", pan: "4111" }] }),
    ];
    expectTypeOf(compile).toBeFunction();
  });
});
