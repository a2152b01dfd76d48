/** `cosmoseal policy`: the container definitions that infrastructure code must make. */
import { type Command, Option } from "commander";
import { storedContainerDefinition } from "cosmoseal";
import { targetsOf } from "../config/target.js";
import { examples } from "../help.js";
import { bicepOf } from "../policy/bicep.js";
import { terraformOf } from "../policy/terraform.js";
import { type CommonOptions, runs } from "../session.js";
import { CliError, EXIT } from "../terminal/exit.js";

interface Options extends CommonOptions {
  readonly container?: string;
  readonly format: "json" | "bicep" | "terraform";
}

export function define(command: Command): void {
  command
    .description(
      "Print the definition that a container must have in the account: ciphertext kept out of the index, tokens in it, unique keys over tokens. Asks no account.",
    )
    .option("-c, --container <database/container>", "one container (default: all that have a definition)")
    .addOption(
      new Option("--format <format>", "what to print").choices(["json", "bicep", "terraform"]).default("json"),
    );
  examples(command, "cosmoseal policy --container shop/customers --format bicep > customers.bicep");
  runs<Options>(command, async ({ out, workspace }, { container, format }) => {
    const seal = await workspace.seal();
    const targets = container === undefined ? targetsOf(seal) : [await workspace.target(container)];
    if (targets.length === 0) {
      throw new CliError(EXIT.usage, "TARGET_MISSING", "Say which container, with --container database/container.");
    }
    const policies = targets.map(({ databaseId, containerId, definition }) => {
      const { body, warnings } = storedContainerDefinition(definition, containerId);
      for (const warning of warnings) out.note(warning);
      return { databaseId, definition: body };
    });
    const texts = policies.map(({ databaseId, definition }) => {
      if (format === "bicep") return bicepOf(definition, databaseId);
      if (format === "terraform") return terraformOf(definition, databaseId);
      return JSON.stringify({ database: databaseId, ...definition }, null, 2);
    });
    out.result(
      policies.map(({ databaseId, definition }, i) =>
        format === "json" ? { database: databaseId, ...definition } : { database: databaseId, text: texts[i] },
      ),
      texts.flatMap((text) => text.split("\n")),
    );
    return EXIT.ok;
  });
}
