/** Whether ciphertext lies in the container's index: it can be searched by nobody, costs money, and orders documents by chance. */
import type { ContainerDefinition as ContainerProperties } from "@azure/cosmos";
import type { ContainerExposure } from "./report.js";

export function lackingIndexing(
  properties: ContainerProperties | undefined,
  sealed: number,
): ContainerExposure["index"] {
  const { excludedPaths = [], includedPaths = [], indexingMode } = properties?.indexingPolicy ?? {};
  if (sealed === 0) return { ciphertext: false, text: "There is no ciphertext." };
  if (String(indexingMode).toLowerCase() === "none") return { ciphertext: false, text: "The container has no index." };
  const excluded = excludedPaths.some(({ path }) => path === "/_seal/*" || path === "/*");
  const named = includedPaths.filter(({ path }) => path.startsWith("/_seal/g") || path === "/_seal/*");
  if (excluded && named.length === 0) return { ciphertext: false, text: "Ciphertext is kept out of the index." };
  return { ciphertext: true, text: "Ciphertext is indexed: it costs request units and storage for nothing." };
}
