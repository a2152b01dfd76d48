/** What a test needs of the machine and may be missing: said when it is, and an error where everything is required. */

/** `found`, or undefined with a printed reason; throws where COSMOSEAL_REQUIRE_ALL is set, as it is in CI. */
export function optional<T>(suite: string, found: T | undefined, needs: string): T | undefined {
  if (found !== undefined) return found;
  const reason = `skipped: ${suite}, since this machine lacks ${needs}`;
  if (process.env["COSMOSEAL_REQUIRE_ALL"] === "1") throw new Error(reason);
  console.info(reason);
  return undefined;
}
