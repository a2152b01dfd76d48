// The real account to run against, if there is one. Apart from the target: a reporter reads it before any source can be loaded.

export const ACCOUNT: { readonly endpoint: string; readonly key: string } | undefined = readAccount();

function readAccount(): { endpoint: string; key: string } | undefined {
  const { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key } = process.env;
  if (endpoint === undefined && key === undefined) return undefined;
  if (!endpoint || !key) throw new Error("COSMOS_ENDPOINT and COSMOS_KEY go together.");
  return { endpoint, key };
}
