/** Whatever was thrown, as one sentence and an exit code. */
import { type CosmosealError, isCosmosealError, isIntegrityError } from "@cosmoseal/core";
import { EXIT, type ExitCode, isCliError } from "./exit.js";

export interface Failure {
  readonly exit: ExitCode;
  /** Stable: of ours, of Cosmoseal's errors, or `ACCOUNT_<status>`. */
  readonly code: string;
  readonly message: string;
}

/** `endpoint` says which account an answer came from. */
export function failureOf(error: unknown, endpoint?: string): Failure {
  const below = causes(error);
  // What a configuration's own function says, a missing passphrase for one, comes wrapped by whoever asked it.
  const own = below.find((one) => isCliError(one));
  if (own !== undefined) return { exit: own.exit, code: own.code, message: own.message };
  const ours = below.find((one) => isCosmosealError(one));
  // A key store in an account fails as the account does: what is told first is the cause that can be mended.
  const unreachable = below.find((one) => accountFailure(one, endpoint) !== undefined);
  if (ours !== undefined && (ours.code !== "ERR_KEY_STORE_UNAVAILABLE" || unreachable === undefined)) {
    return { exit: exitOf(ours), code: ours.code, message: withoutCode(ours) };
  }
  const account = unreachable === undefined ? undefined : accountFailure(unreachable, endpoint);
  if (account !== undefined) return account;
  const message = error instanceof Error ? error.message : String(error);
  return { exit: EXIT.internal, code: "INTERNAL", message: `Unexpected: ${message}` };
}

/** The sentence for an error that the service or the way to it answered with, or undefined. */
export function accountFailure(error: unknown, endpoint?: string): Failure | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, message, name } = error as { code?: unknown; message?: unknown; name?: unknown };
  const where = endpoint === undefined ? "The account" : `The account ${endpoint}`;
  const fail = (id: string | number, text: string): Failure => ({
    exit: EXIT.account,
    code: `ACCOUNT_${id}`,
    message: text,
  });
  if (typeof code === "string" && UNREACHABLE[code] !== undefined) {
    return fail(code, `${where} can't be reached: ${UNREACHABLE[code]}. Check the endpoint and the network.`);
  }
  if (name === "TimeoutError") return fail("TIMEOUT", `${where} doesn't answer in time. Check the network.`);
  switch (code) {
    case 401:
      return fail(401, `${where} refuses the key. Check that key and endpoint belong to the same account.`);
    case 403:
      return fail(403, `${where} doesn't allow this. The key, the role or the firewall lacks the right: check them.`);
    case 404:
      return fail(404, `${where} has no database, container or document of that name. Check the names.`);
    case 412:
      return {
        exit: EXIT.refused,
        code: "ACCOUNT_412",
        message: "The document was changed meanwhile. Look at it again.",
      };
    case 429:
      return fail(
        429,
        `${where} answers fewer requests than are asked, after retries too. Try later, or raise its throughput.`,
      );
    case 408:
    case 410:
    case 449:
    case 500:
    case 503:
      return fail(code, `${where} can't answer now (${code}). Try again.`);
    default:
      if (typeof code !== "number" || code < 400 || code > 599) return undefined;
      return fail(code, `${where} refuses the request (${code}): ${firstLine(message)}`);
  }
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name can't be resolved now",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was closed",
  ETIMEDOUT: "it doesn't answer",
  EHOSTUNREACH: "no way leads there",
  ENETUNREACH: "no way leads there",
  EPROTO: "it doesn't speak TLS as expected",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed (NODE_EXTRA_CA_CERTS)",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is self-signed (NODE_EXTRA_CA_CERTS)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate can't be verified (NODE_EXTRA_CA_CERTS)",
  ERR_INVALID_URL: "the endpoint is no URL",
  REQUEST_SEND_ERROR: "nothing answers there",
};

function exitOf(error: CosmosealError): ExitCode {
  const { code } = error;
  if (CONFIG.has(code) || CONFIG_SCHEMA.has(code)) return EXIT.config;
  if (
    /^ERR_(KEY_(STORE|UNAVAILABLE|MISSING)|KEYRING|KEK|STORE|PIN|PASSPHRASE|UNWRAP|SCOPE_UNKNOWN|CRYPTO)/.test(code)
  ) {
    return EXIT.keys;
  }
  // What a job did is done; a document ended it.
  if (isIntegrityError(error) || code === "ERR_JOB_STOPPED") return EXIT.found;
  return EXIT.refused;
}

const CONFIG_SCHEMA: ReadonlySet<string> = new Set([
  "ERR_SCHEMA_INVALID",
  "ERR_SCHEMA_TREATED_TWICE",
  "ERR_SCHEMA_UNSUPPORTED",
]);

const CONFIG: ReadonlySet<string> = new Set([
  "ERR_OPTIONS_INVALID",
  "ERR_CONTAINER_UNDECLARED",
  "ERR_INDEX_UNSUPPORTED",
  "ERR_PIN_MISSING",
  "ERR_PATH_RESERVED",
]);

/** The code is told on its own. */
function withoutCode({ code, message }: CosmosealError): string {
  return message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (
    let one = error;
    one !== undefined && one !== null && found.length < 10;
    one = (one as { cause?: unknown }).cause
  ) {
    found.push(one);
  }
  return found;
}

/** What the service says of a request may go on for pages. */
function firstLine(message: unknown): string {
  return String(message).split("\n")[0]!.slice(0, 300);
}
