/** The SDK that is installed, held against the surface that was tested: what it has more is closed, what it lacks ends the start. */
import * as sdk from "@azure/cosmos";
import { CosmosealError } from "@cosmoseal/core";
import { COVERED } from "./surface.js";

/**
 * On a minor version that was not tested, looks for members that ours build on and the SDK has no more. (Members that it has
 * more are refused on every version, see closeSurface.) Throws ERR_NOT_SUPPORTED.
 */
export function checkSdk(): void {
  const version = sdk.Constants.SDKVersion;
  if (TESTED.some((minor) => version.startsWith(minor))) return;
  const classes = sdk as unknown as Readonly<Record<string, { readonly prototype: object } | undefined>>;
  const lacking = Object.entries(COVERED).flatMap(([name, members]) =>
    members
      .filter((member) => !(member in (classes[name]?.prototype ?? {})))
      .map((member) => `${name}.${member}`)
      .filter((member) => !OPTIONAL.has(member)),
  );
  if (lacking.length === 0) return;
  throw new CosmosealError(
    "ERR_NOT_SUPPORTED",
    `@azure/cosmos ${version} was not tested and lacks ${lacking.join(", ")}.`,
    {
      remedy: "Install a version from 4.9 to 4.10, or a newer one of this client.",
    },
  );
}

const TESTED: readonly string[] = ["4.9.", "4.10."];

/** Not in every version that is tested. */
const OPTIONAL: ReadonlySet<string> = new Set(["Container.semanticRerank"]);
