/** The same deed on all three applications, one after another. */
import type { Container, CosmosClientOptions } from "@azure/cosmos";
import type { SealEvent } from "cosmoseal";
import type { Outcome } from "../outcome.js";
import type { Attempt } from "../row.js";
import type { Bed, Side } from "./bed.js";

/** Names the attempt and its one way; `on` is what is done on a side. */
export async function onAll(
  bed: Bed,
  name: string,
  way: string,
  on: (side: Side) => Promise<Outcome>,
  without: readonly Side["name"][] = [],
): Promise<Attempt> {
  const control = await on(bed.control);
  const ours = await on(bed.ours);
  const builtIn = without.includes("builtIn") ? undefined : await on(bed.builtIn);
  return {
    name,
    control: { [way]: control },
    ours: { [way]: ours },
    ...(builtIn && { builtIn: { [way]: builtIn } }),
  };
}

/** The container of customers as another process of the same application has it. */
export function another(
  bed: Bed,
  { name }: Side,
  options: Partial<CosmosClientOptions>,
  onEvent: (event: SealEvent) => void = () => undefined,
): Container {
  const client =
    name === "ours"
      ? bed.connect({ onEvent }, options)
      : name === "control"
        ? bed.connectPlain(options)
        : bed.connectBuiltIn(options);
  return client.database(name).container("customers");
}
