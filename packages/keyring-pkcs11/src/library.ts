/** The token's library, loaded once for each path: a process has one state with it. */
import { CosmosealError } from "@cosmoseal/core";
import type * as Pkcs11js from "pkcs11js";

/** What pkcs11js exports, and one library that it has loaded. */
export interface Loaded {
  readonly constants: typeof Pkcs11js;
  readonly library: Pkcs11js.PKCS11;
}

const loading = new Map<string, Promise<Loaded>>();

/** Throws ERR_OPTIONS_INVALID without pkcs11js, ERR_KEY_UNAVAILABLE where the library doesn't load; then it is tried again. */
export async function loadModule(path: string): Promise<Loaded> {
  let loaded = loading.get(path);
  if (loaded === undefined) {
    loaded = load(path).catch((error: unknown) => {
      loading.delete(path);
      throw error;
    });
    loading.set(path, loaded);
  }
  return loaded;
}

async function load(path: string): Promise<Loaded> {
  const constants = await importBinding();
  const library = new constants.PKCS11();
  try {
    library.load(path);
  } catch (cause) {
    throw new CosmosealError("ERR_KEY_UNAVAILABLE", "The token's PKCS#11 library can't be loaded.", {
      cause,
      remedy: "Check `library`, and that the token's software is installed.",
    });
  }
  try {
    library.C_Initialize();
  } catch (error) {
    // Another part of the process uses the same library.
    if ((error as { code?: number }).code !== constants.CKR_CRYPTOKI_ALREADY_INITIALIZED) throw error;
  }
  return { constants, library };
}

async function importBinding(): Promise<typeof Pkcs11js> {
  try {
    const found = await import("pkcs11js");
    // CommonJS: by what loads it, the exports stand in `default`.
    return (found as { readonly default?: typeof Pkcs11js }).default ?? found;
  } catch (cause) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "The package pkcs11js is not there, or was not compiled.", {
      cause,
      remedy: "Install it beside this package; it needs a C++ compiler.",
    });
  }
}
