/** `cosmoseal init`: a configuration, a key store, and a first schema guessed from what a container holds. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Command } from "commander";
import { createKeyStore, passphraseKeyring } from "cosmoseal";
import { collect, wholeNumber } from "../arguments.js";
import { CONFIG_NAMES, loadConfig } from "../config/load.js";
import { targetsOf } from "../config/target.js";
import { type Guess, learn, newGuess } from "../guess/guess.js";
import { identifier, sourceOf } from "../guess/source.js";
import { examples } from "../help.js";
import { type CommonOptions, runs, type Session } from "../session.js";
import { CliError, EXIT } from "../terminal/exit.js";
import { askSecret, askText } from "../terminal/prompts.js";

interface Options extends CommonOptions {
  readonly container?: string;
  readonly partitionKey?: readonly string[];
  readonly sample: string;
  readonly keys: string;
  readonly dryRun?: boolean;
}

interface Sample {
  readonly guess: Guess;
  readonly documents: number;
  readonly partitionKey: readonly string[];
}

export function define(command: Command): void {
  command
    .description(
      "Make cosmoseal.config.ts, a key file behind a passphrase, and a first schema from a sample of a container's documents, fields that look personal sealed and marked for review. Overwrites nothing.",
    )
    .option("-c, --container <database/container>", "the container (default: it is asked for)")
    .option("--partition-key <path>", "of a container that isn't made yet; again for each path", collect)
    .option("--sample <n>", "how many documents are looked at", "500")
    .option("--keys <file>", "where the key file is made", "cosmoseal.keys")
    .option("--dry-run", "print what would be written, and write nothing");
  examples(command, "cosmoseal init --container shop/customers", [
    "cosmoseal init --container shop/customers --dry-run",
    "COSMOS_ENDPOINT, COSMOS_KEY and SEAL_PASSPHRASE are read from the environment, or asked for",
  ]);
  runs<Options>(
    command,
    async (session, options) => {
      const size = wholeNumber("--sample", options.sample, 1);
      const address =
        options.container ?? (await askText("Which container, as database/container", "Give --container."));
      if (!/^[^/]+\/[^/]+$/.test(address)) {
        throw new CliError(EXIT.usage, "ARGUMENT_INVALID", "--container takes database/container.");
      }
      const sample = await sampleOf(session, address, options.partitionKey, size);
      const files = filesOf(address, sample, options.keys);
      if (options.dryRun === true) {
        session.out.result({ dryRun: true, files: files.map(([name, text]) => ({ name, text })), keys: options.keys }, [
          ...files.flatMap(([name, text]) => [session.out.style("bold", `── ${name}`), ...text.split("\n")]),
        ]);
        return EXIT.ok;
      }
      await make(session, files, options.keys);
      const review = (files[0]?.[1].match(/\/\/ REVIEW/g) ?? []).length;
      session.out.result(
        { files: files.map(([name]) => name), keys: options.keys, sampled: sample.documents, review },
        [
          `${files.map(([name]) => name).join(", ")} and ${options.keys} are made.`,
          `${review === 0 ? "No field looks personal" : `${review} field(s) look personal and are marked REVIEW`} in a sample of ${sample.documents} documents.`,
          "",
          "Next:",
          `  1. Read ${files[0]?.[0]} and mend it.`,
          `  2. Keep a copy of ${options.keys} elsewhere: without it nothing that is sealed opens. Don't commit it.`,
          "  3. cosmoseal schema lock      writes the lock file, which the definition imports as `history` from version 2 on",
          "  4. cosmoseal policy           prints what the container must look like",
          "  5. cosmoseal doctor           tells what is missing",
        ],
      );
      return EXIT.ok;
    },
    false,
  );
}

async function sampleOf(
  { workspace, signal }: Session,
  address: string,
  given: readonly string[] | undefined,
  size: number,
): Promise<Sample> {
  const [databaseId = "", containerId = ""] = address.split("/");
  const guess = newGuess("");
  if (given !== undefined) return { guess, documents: 0, partitionKey: given };
  const container = await workspace.container({ databaseId, containerId });
  const { resource } = await container.read();
  const iterator = container.items.query<Record<string, unknown>>("SELECT * FROM c", {
    maxItemCount: Math.min(size, 500),
    abortSignal: signal,
  });
  let documents = 0;
  while (documents < size && iterator.hasMoreResults()) {
    for (const document of ((await iterator.fetchNext()).resources ?? []).slice(0, size - documents)) {
      learn(guess, document);
      documents++;
    }
  }
  return { guess, documents, partitionKey: resource?.partitionKey?.paths ?? ["/id"] };
}

function filesOf(
  address: string,
  { guess, documents, partitionKey }: Sample,
  keys: string,
): (readonly [string, string])[] {
  const containerId = address.split("/")[1] ?? "";
  const file = `${containerId.replace(/[^A-Za-z0-9._-]/g, "-")}.seal.ts`;
  const constant = identifier(containerId);
  const source = sourceOf(guess, { name: containerId, partitionKey, sampled: documents, movesIn: documents > 0 });
  const byString = (process.env["COSMOS_CONNECTION_STRING"] ?? "") !== "";
  const connection = byString
    ? '{ connectionString: { env: "COSMOS_CONNECTION_STRING" } }'
    : '{ endpoint: { env: "COSMOS_ENDPOINT" }, key: { env: "COSMOS_KEY" } }';
  const config = `import { defineConfig, secret } from "@cosmoseal/cli";
import { passphraseKeyring } from "cosmoseal";
import { ${constant} } from "./${file.replace(/\.ts$/, ".js")}";

export default defineConfig({
  connection: ${connection},
  seal: {
    keyring: passphraseKeyring(${JSON.stringify(keys)}, { passphrase: secret("SEAL_PASSPHRASE") }),
    containers: { ${JSON.stringify(address)}: ${constant} },
  },
});
`;
  return [
    [file, source],
    [CONFIG_NAMES[0]!, config],
  ];
}

async function make(session: Session, files: readonly (readonly [string, string])[], keys: string): Promise<void> {
  const taken = [...files.map(([name]) => name), keys].find((name) => existsSync(session.path(name)));
  if (taken !== undefined)
    throw new CliError(EXIT.refused, "FILE_EXISTS", `${taken} is there already. Nothing was changed.`);
  const passphrase = await newPassphrase();
  for (const [name, text] of files) await writeFile(session.path(name), text, { flag: "wx" });
  const { config } = await loadConfig(session.path("."), session.path(CONFIG_NAMES[0]!));
  const seal = typeof config.seal === "function" ? undefined : config.seal;
  const containers = seal === undefined ? [] : targetsOf(seal).map(({ definition }) => definition);
  await createKeyStore({
    keyring: passphraseKeyring(session.path(keys), { passphrase: () => passphrase }),
    containers,
  });
  session.out.note(`The key file ${basename(keys)} is behind your passphrase: nobody can recover it.`);
}

/** Of the environment, or typed twice. Throws PASSPHRASE_WEAK, PASSPHRASE_DIFFERS. */
async function newPassphrase(): Promise<string> {
  const given = process.env["SEAL_PASSPHRASE"];
  const first =
    given !== undefined && given !== ""
      ? given
      : await askSecret("New passphrase of the key file", "Set SEAL_PASSPHRASE.");
  if ([...first].length < 12) {
    throw new CliError(
      EXIT.refused,
      "PASSPHRASE_WEAK",
      "The passphrase has fewer than 12 characters: whoever gets the key file could guess it.",
    );
  }
  if (given === first) return first;
  if ((await askSecret("The same again", "Set SEAL_PASSPHRASE.")) === first) return first;
  throw new CliError(EXIT.refused, "PASSPHRASE_DIFFERS", "The two are not the same. Nothing was changed.");
}
