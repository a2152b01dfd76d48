/** `cosmoseal explain`: what a query would send and cost, and what it would give away, without sending it. */
import type { JSONValue } from "@azure/cosmos";
import type { Command } from "commander";
import type { Container, QueryExplanation } from "cosmoseal";
import { collect, parameterOf, partitionKeyOf } from "../arguments.js";
import { examples } from "../help.js";
import { type CommonOptions, runs } from "../session.js";
import { EXIT } from "../terminal/exit.js";
import type { Output } from "../terminal/output.js";

interface Options extends CommonOptions {
  readonly container?: string;
  readonly parameter?: readonly string[];
  readonly partitionKey?: readonly string[];
  readonly scan?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Show what a query would send, what the client does then, and what is refused. Sends nothing and needs no keys.",
    )
    .argument("<sql>", "the query, as the application writes it")
    .option("-c, --container <database/container>", "the container (default: the only one with a definition)")
    .option("-p, --parameter <@name=value>", "a parameter, as JSON or text; again for each", collect)
    .option("--partition-key <value>", "bind the query to a partition key; again for each component", collect)
    .option("--scan", "allow reading everything, as the application does with unindexed: scan");
  examples(command, `cosmoseal explain "SELECT * FROM c WHERE c.email = @e" -p @e=ada@example.org`);
  runs<Options>(command, async ({ out, workspace }, options, [sql = ""]) => {
    const target = await workspace.target(options.container);
    const client = await workspace.client();
    const container = client.database(target.databaseId).container(target.containerId) as Container & Explains;
    const partitionKey = partitionKeyOf(options.partitionKey);
    const explanation = container.items.explain(
      { query: sql, parameters: (options.parameter ?? []).map(parameterOf) as { name: string; value: JSONValue }[] },
      {
        ...(partitionKey !== undefined && { partitionKey }),
        ...(options.scan === true && { unindexed: "scan" as const }),
      },
    );
    out.result(explanation, print(out, explanation));
    return explanation.refusal === undefined ? EXIT.ok : EXIT.found;
  });
}

/** A container with a definition has it; the SDK's type doesn't say so. */
interface Explains {
  readonly items: {
    explain(
      query: { query: string; parameters: { name: string; value: JSONValue }[] },
      options: object,
    ): QueryExplanation;
  };
}

function print(out: Output, explanation: QueryExplanation): string[] {
  const { pushed, travels, client, searched, fetches, continues, refusal } = explanation;
  const title = (text: string): string => out.style("bold", text);
  return [
    ...(refusal === undefined
      ? []
      : [
          `${out.style("red", "refused")}  ${refusal.message}`,
          ...(refusal.remedy === undefined || refusal.message.includes(refusal.remedy)
            ? []
            : [`         ${refusal.remedy}`]),
        ]),
    ...(pushed === undefined ? [] : [`${title("sent")}     ${pushed}`]),
    ...(travels.length === 0 ? [] : [`${title("travels")}  in the clear: ${travels.join(", ")}`]),
    ...searched.flatMap(({ path, kind, tokens, bytes, learns }) => [
      `${title("search")}   ${path} by ${kind}: ${tokens} token${tokens === 1 ? "" : "s"} sent, about ${bytes} bytes a document`,
      `         the server learns: ${learns}`,
    ]),
    ...(fetches === undefined ? [] : [`${title("fetches")}  ${FETCHES[fetches]}`]),
    ...client.map((step, i) => `${i === 0 ? title("client") : "      "}   ${step}`),
    `${title("paging")}   ${continues ? "pages have continuation tokens" : "no continuation tokens: all is read first, or the server decides"}`,
  ];
}

const FETCHES: Readonly<Record<NonNullable<QueryExplanation["fetches"]>, string>> = {
  exact: "as many documents as the answer has",
  superset: "more documents than the answer has",
  everything: "every document of the container or the partition",
};
