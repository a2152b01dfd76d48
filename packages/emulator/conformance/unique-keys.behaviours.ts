// Unique keys: within a partition key no two items hold the same values at the paths of a constraint.

import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

describeBehaviours("unique keys", (setup, behaviour) => {
  const constrained = (...paths: string[][]) =>
    setup().container({ uniqueKeyPolicy: { uniqueKeys: paths.map((one) => ({ paths: one })) } });
  const code = async (promise: Promise<unknown>) => (await refusal(promise)).code;

  behaviour("a value twice in one partition key is a conflict", async () => {
    const container = await constrained(["/mail"]);
    await container.items.create({ id: "1", pk: "k", mail: "x" });
    const error = await refusal(container.items.create({ id: "2", pk: "k", mail: "x" }));
    expect([error.code, error.body?.code]).toEqual([409, "Conflict"]);
  });

  behaviour("a value in two partition keys is no conflict", async () => {
    const container = await constrained(["/mail"]);
    await container.items.create({ id: "1", pk: "k", mail: "x" });
    expect((await container.items.create({ id: "2", pk: "l", mail: "x" })).statusCode).toBe(201);
  });

  behaviour("a constraint over two paths looks at both together", async () => {
    const container = await constrained(["/a/b", "/c"]);
    await container.items.create({ id: "1", pk: "k", a: { b: 1 }, c: 1 });
    await container.items.create({ id: "2", pk: "k", a: { b: 1 }, c: 2 });
    expect(await code(container.items.create({ id: "3", pk: "k", a: { b: 1 }, c: 2 }))).toBe(409);
  });

  behaviour("of several constraints each is held", async () => {
    const container = await constrained(["/mail"], ["/phone"]);
    await container.items.create({ id: "1", pk: "k", mail: "x", phone: 1 });
    expect(await code(container.items.create({ id: "2", pk: "k", mail: "y", phone: 1 }))).toBe(409);
    expect(await code(container.items.create({ id: "2", pk: "k", mail: "x", phone: 2 }))).toBe(409);
  });

  behaviour("a replace into another's value is a conflict, into its own is not", async () => {
    const container = await constrained(["/mail"]);
    await container.items.create({ id: "1", pk: "k", mail: "x" });
    await container.items.create({ id: "2", pk: "k", mail: "y" });
    expect(await code(container.item("2", "k").replace({ id: "2", pk: "k", mail: "x" }))).toBe(409);
    expect((await container.item("2", "k").replace({ id: "2", pk: "k", mail: "y", n: 1 })).statusCode).toBe(200);
  });

  behaviour("an upsert into another's value is a conflict", async () => {
    const container = await constrained(["/mail"]);
    await container.items.create({ id: "1", pk: "k", mail: "x" });
    expect(await code(container.items.upsert({ id: "2", pk: "k", mail: "x" }))).toBe(409);
  });

  behaviour("a patch into another's value is a conflict", async () => {
    const container = await constrained(["/mail"]);
    await container.items.create({ id: "1", pk: "k", mail: "x" });
    await container.items.create({ id: "2", pk: "k", mail: "y" });
    expect(await code(container.item("2", "k").patch([{ op: "set", path: "/mail", value: "x" }]))).toBe(409);
  });

  behaviour("a deleted item gives its value back", async () => {
    const container = await constrained(["/mail"]);
    await container.items.create({ id: "1", pk: "k", mail: "x" });
    await container.item("1", "k").delete();
    expect((await container.items.create({ id: "2", pk: "k", mail: "x" })).statusCode).toBe(201);
  });

  behaviour("a replaced item gives its old value back", async () => {
    const container = await constrained(["/mail"]);
    await container.items.create({ id: "1", pk: "k", mail: "x" });
    await container.item("1", "k").replace({ id: "1", pk: "k", mail: "y" });
    expect((await container.items.create({ id: "2", pk: "k", mail: "x" })).statusCode).toBe(201);
  });

  behaviour("a missing value counts as null: only one item may lack it", async () => {
    const container = await constrained(["/mail"]);
    await container.items.create({ id: "1", pk: "k" });
    expect(await code(container.items.create({ id: "2", pk: "k", mail: null }))).toBe(409);
  });

  behaviour("values of different types are different", async () => {
    const container = await constrained(["/v"]);
    for (const [at, v] of [1, "1", true, null].entries()) {
      expect((await container.items.create({ id: `${at}`, pk: "k", v })).statusCode).toBe(201);
    }
  });

  behaviour("two creates of one value in a batch are a conflict, and write nothing", async () => {
    const container = await constrained(["/mail"]);
    const create = (id: string, mail: string) => ({
      operationType: "Create" as const,
      resourceBody: { id, pk: "k", mail },
    });
    const { result } = await container.items.batch([create("a", "x"), create("b", "x")], "k");
    expect(result!.map((one) => one.statusCode)).toEqual([424, 409]);
    expect((await container.item("a", "k").read()).statusCode).toBe(404);
  });

  behaviour("the policy can't be changed, nor dropped, by a replace", async () => {
    const container = await constrained(["/mail"]);
    const { resource } = await container.read();
    const { uniqueKeyPolicy: _dropped, ...rest } = resource!;
    expect([400, 403]).toContain(await code(container.replace(rest as never)));
    const other = { ...resource!, uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/other"] }] } };
    expect([400, 403]).toContain(await code(container.replace(other as never)));
  });

  behaviour("a constraint without paths, or with one that has no slash, is refused", async () => {
    expect(await code(constrained([]))).toBe(400);
    expect(await code(constrained(["mail"]))).toBe(400);
  });
});
