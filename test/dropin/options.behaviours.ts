/** Aborts, diagnostics, errors: what stands around an answer. */
import type { CosmosDiagnostics } from "@azure/cosmos";
import { describeMember } from "./behaviours.js";

describeMember("abortSignal", (behaviour) => {
  const name = async (thrown: (work: () => unknown) => Promise<unknown>, work: () => unknown): Promise<unknown> => {
    const error = (await thrown(work)) as { "<thrown>"?: Error };
    return error["<thrown>"]?.name;
  };
  const abortSignal = AbortSignal.abort();
  behaviour("aborted before create rejects, and nothing is written", async ({ container, doc, pk, thrown }) => [
    await name(thrown, () => container.items.create(doc(1), { abortSignal })),
    (await container.item(doc(1).id, pk).read()).statusCode,
  ]);
  behaviour("aborted before upsert rejects", async ({ container, doc, thrown }) =>
    name(thrown, () => container.items.upsert(doc(1), { abortSignal })),
  );
  behaviour("aborted before read rejects", async ({ container, pk, thrown }) =>
    name(thrown, () => container.item("x", pk).read({ abortSignal })),
  );
  behaviour("aborted before replace rejects", async ({ container, doc, pk, thrown }) =>
    name(thrown, () => container.item(doc(1).id, pk).replace(doc(1), { abortSignal })),
  );
  behaviour("aborted before delete rejects", async ({ container, pk, thrown }) =>
    name(thrown, () => container.item("x", pk).delete({ abortSignal })),
  );
  behaviour("aborted before readAll rejects", async ({ container, thrown }) =>
    name(thrown, () => container.items.readAll({ abortSignal }).fetchAll()),
  );
  behaviour(
    "that is never aborted changes nothing",
    async ({ container, doc }) =>
      (await container.items.create(doc(1), { abortSignal: new AbortController().signal })).statusCode,
  );
});

describeMember("diagnostics", (behaviour) => {
  const seen = ({ clientSideRequestStatistics: { gatewayStatistics } }: CosmosDiagnostics) =>
    gatewayStatistics.map(({ statusCode, resourceType, operationType, subStatusCode }) => [
      statusCode,
      resourceType,
      operationType,
      subStatusCode,
    ]);
  behaviour("of create tell one request", async ({ container, doc }) =>
    seen((await container.items.create(doc(1))).diagnostics),
  );
  behaviour("of read tell one request", async ({ container, doc, pk }) => {
    await container.items.create(doc(1));
    return seen((await container.item(doc(1).id, pk).read()).diagnostics);
  });
  behaviour("of replace tell one request", async ({ container, doc, pk }) => {
    await container.items.create(doc(1));
    return seen((await container.item(doc(1).id, pk).replace(doc(1))).diagnostics);
  });
  behaviour("of a query tell its pages", async ({ container, doc, pk }) => {
    for (let n = 0; n < 4; n++) await container.items.create(doc(n));
    return seen(
      (await container.items.query("SELECT * FROM c", { partitionKey: pk, maxItemCount: 2 }).fetchAll()).diagnostics,
    );
  });
  behaviour("have the members of the SDK's class", async ({ container, doc }) => {
    const { diagnostics } = await container.items.create(doc(1));
    return [
      diagnostics.constructor.name,
      Object.keys(diagnostics),
      Object.keys(diagnostics.clientSideRequestStatistics),
    ];
  });
  behaviour("of a failure are on the error", async ({ container, pk, thrown }) => {
    const { "<thrown>": error } = (await thrown(() => container.item("nobody", pk).delete())) as {
      "<thrown>": { diagnostics: CosmosDiagnostics };
    };
    return seen(error.diagnostics);
  });
  behaviour("as text are JSON", async ({ container, doc }) => {
    const { diagnostics } = await container.items.create(doc(1));
    return Object.keys(JSON.parse(JSON.stringify(diagnostics)));
  });
});

describeMember("errors", (behaviour) => {
  behaviour("of a conflict are an ErrorResponse with code, body and headers", async ({ container, doc, thrown }) => {
    await container.items.create(doc(1));
    const { "<thrown>": error } = (await thrown(() => container.items.create(doc(1)))) as {
      "<thrown>": Error & Record<string, unknown>;
    };
    return [
      error.constructor.name,
      error instanceof Error,
      error["code"],
      typeof error["body"],
      typeof error["headers"],
      typeof error["activityId"],
      typeof error["retryAfterInMs"],
    ];
  });
  behaviour("of a missing item have substatus 0", async ({ container, pk, thrown }) => {
    const { "<thrown>": error } = (await thrown(() => container.item("nobody", pk).delete())) as {
      "<thrown>": Record<string, unknown>;
    };
    return [error["code"], error["substatus"]];
  });
  behaviour("of a wrong id are a plain object with message and diagnostics", async ({ container, doc, thrown }) => {
    const { "<thrown>": error } = (await thrown(() => container.items.create(doc(1, { id: "a/b" })))) as {
      "<thrown>": Record<string, unknown>;
    };
    return [error["message"], Object.keys(error), error instanceof Error];
  });
  behaviour("of an unreachable endpoint tell so", async ({ connect, thrown }) => {
    const client = connect({
      endpoint: "http://127.0.0.1:9/",
      connectionPolicy: { enableEndpointDiscovery: false, requestTimeout: 2000 },
    });
    const { "<thrown>": error } = (await thrown(() => client.database("x").read())) as {
      "<thrown>": { code?: unknown };
    };
    return error.code;
  });
});
