/** Every declared container: there, with the right partition key, index and unique keys; what is still plaintext; what the lock says. */
import type { ContainerDefinition as ContainerProperties } from "@azure/cosmos";
import { lackingInContainer } from "cosmoseal";
import type { Target } from "../config/target.js";
import { readLock } from "../schema/lock-file.js";
import type { Session } from "../session.js";
import { failureOf } from "../terminal/failure.js";
import { bad, type Finding, ok, warning } from "./finding.js";

export async function checkContainer(session: Session, target: Target): Promise<readonly Finding[]> {
  const { name, definition } = target;
  try {
    const { resource } = await (await session.workspace.container(target)).read();
    if (resource === undefined) throw new Error("a container that was read has a definition");
    const policies = policyFindings(target, resource);
    const lock = await lockFindings(session, target);
    const moving = definition.movingIn === undefined ? [] : [await movingFinding(session, target)];
    const found = policies.length === 0 ? [ok("container", `${name} is as its definition needs it.`)] : policies;
    return [...found, ...lock, ...moving];
  } catch (error) {
    const { message } = failureOf(error, session.workspace.endpoint());
    return [
      bad("container", message, "Make it, with what cosmoseal policy prints, or mend its name in the configuration."),
    ];
  }
}

function policyFindings({ name, definition }: Target, stored: ContainerProperties): readonly Finding[] {
  const own = definition.plan.partitionKey.join(", ");
  const paths = (stored.partitionKey?.paths ?? []).join(", ");
  const findings = lackingInContainer(definition, stored).map((text) =>
    warning("policy", `${name}: ${text}`, `Deploy what cosmoseal policy --container ${name} prints.`),
  );
  if (paths !== own) {
    findings.push(
      bad(
        "policy",
        `${name}: its partition key is ${paths}, the definition says ${own}.`,
        "Mend the definition: a partition key can't be changed.",
      ),
    );
  }
  if (String(stored.conflictResolutionPolicy?.mode).toLowerCase() === "custom") {
    findings.push(
      warning(
        "policy",
        `${name}: conflicts are settled by a stored procedure: one that merges fields breaks documents.`,
        "Let it choose one version as a whole.",
      ),
    );
  }
  return findings;
}

async function lockFindings({ workspace }: Session, { name, definition }: Target): Promise<readonly Finding[]> {
  const { versions } = readLock(await workspace.loaded(), definition);
  const { version } = definition.plan;
  if (versions.some((locked) => locked.version === version)) return [];
  return [
    warning(
      "lock",
      `${name}: version ${version} of the schema is not locked.`,
      "cosmoseal schema lock, and commit the file.",
    ),
  ];
}

/** While a container moves in: how far it has come. */
async function movingFinding({ workspace, signal }: Session, target: Target): Promise<Finding> {
  const { movingIn } = target.definition;
  const container = (await workspace.account()).database(target.databaseId).container(target.containerId);
  const { resources } = await container.items
    .query<number>("SELECT VALUE COUNT(1) FROM c WHERE NOT IS_DEFINED(c._seal)", { abortSignal: signal })
    .fetchAll();
  const left = resources[0] ?? 0;
  const phase = movingIn?.phase ?? "strict";
  const text = `${target.name} is in phase ${phase}; ${left.toLocaleString("en-US")} documents are plaintext.`;
  if (left === 0)
    return warning("moving in", text, "Take `movingIn` out of the definition: it is the end of trusting plaintext.");
  return warning(
    "moving in",
    text,
    phase === "prepare"
      ? 'When every instance runs this, deploy { phase: "sealing", since }.'
      : "Replace every document that is left, then take `movingIn` out.",
  );
}
