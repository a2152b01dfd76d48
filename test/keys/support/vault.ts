/**
 * A small server that speaks Key Vault's protocol over HTTPS for keys: challenge, get, wrapkey, unwrapkey, and the ways in which the real one
 * refuses. Microsoft's own client talks to it.
 */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { makeCertificate } from "../../../packages/emulator/src/http/certificate.js";

export interface Vault {
  /** `https://localhost:<port>` */
  readonly url: string;
  /** PEM. */
  readonly certificate: string;
  /** What was asked for since the start: method and path. */
  readonly requests: readonly string[];
  /** Another version of the key, from then on the newest; its version. */
  rotate(name: string): string;
  /** The next answers, before anything else is looked at; without a number of times all of them. */
  answer(answer: Answer | undefined, times?: number): void;
  disable(name: string): void;
  remove(name: string): void;
  expire(name: string): void;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Only for paths that end so. */
  readonly path?: string;
}

export const TOKEN = "token-of-the-test";

export async function startVault(keys: Readonly<Record<string, "RSA" | "oct-HSM">>): Promise<Vault> {
  const certificate = makeCertificate("localhost", Date.now());
  const store = new Map<string, StoredKey>();
  const requests: string[] = [];
  let made = 0;
  let scripted: { answer: Answer; times: number } | undefined;

  const rotate = (name: string): string => {
    const key = store.get(name)!;
    const version = randomBytes(16).toString("hex");
    key.versions.set(version, makeMaterial(key.type, made++));
    key.newest = version;
    return version;
  };
  for (const [name, type] of Object.entries(keys)) {
    store.set(name, { type, versions: new Map(), newest: "", enabled: true });
    rotate(name);
  }

  const server = createServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    void bodyOf(request).then((body) => {
      requests.push(`${request.method} ${new URL(request.url!, url).pathname}`);
      const { status, body: answer, headers = {} } = serve(request, body);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(typeof answer === "string" ? answer : JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;

  const serve = (request: IncomingMessage, body: { alg?: string; value?: string }): Answer => {
    const { pathname } = new URL(request.url!, url);
    if (request.headers.authorization === undefined) {
      const challenge = 'Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net"';
      return { status: 401, headers: { "www-authenticate": challenge } };
    }
    if (scripted !== undefined && (scripted.answer.path === undefined || pathname.endsWith(scripted.answer.path))) {
      const { answer } = scripted;
      if (--scripted.times === 0) scripted = undefined;
      return answer;
    }
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return refused(401, "Unauthorized");
    const [, , name = "", version = "", operation] = pathname.split("/");
    const key = store.get(name);
    const material = key?.versions.get(version === "" ? key.newest : version);
    if (key === undefined || material === undefined) return refused(404, "KeyNotFound");
    if (!key.enabled) return refused(403, "Forbidden", "KeyDisabled");
    const kid = `${url}/keys/${name}/${version === "" ? key.newest : version}`;
    if (request.method === "GET") return { status: 200, body: bundleOf(key, material, kid) };
    return transform(material, operation, body, kid);
  };

  return {
    url,
    certificate: certificate.cert,
    requests,
    rotate,
    answer: (answer, times = Number.POSITIVE_INFINITY) => {
      scripted = answer === undefined ? undefined : { answer, times };
    },
    disable: (name) => {
      store.get(name)!.enabled = false;
    },
    remove: (name) => {
      store.delete(name);
    },
    expire: (name) => {
      store.get(name)!.expired = true;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface StoredKey {
  readonly type: "RSA" | "oct-HSM";
  readonly versions: Map<string, Material>;
  newest: string;
  enabled: boolean;
  expired?: boolean;
}

type Material = { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | { readonly secret: Buffer };

/** RSA pairs take their time: each vault takes the same ones in turn. */
function makeMaterial(type: StoredKey["type"], turn: number): Material {
  if (type !== "RSA") return { secret: randomBytes(32) };
  const pair = pairs[turn] ?? generateKeyPairSync("rsa", { modulusLength: 2048 });
  pairs[turn] = pair;
  return pair;
}

const pairs: Material[] = [];

function bundleOf(key: StoredKey, material: Material, kid: string): object {
  const jwk = "publicKey" in material ? material.publicKey.export({ format: "jwk" }) : {};
  const exp = Math.floor(Date.now() / 1000) - 60;
  return {
    key: { kid, kty: key.type, key_ops: ["wrapKey", "unwrapKey"], ...jwk },
    attributes: { enabled: true, ...(key.expired === true && { exp }) },
  };
}

const KW_IV = Buffer.alloc(8, 0xa6);

function transform(
  material: Material,
  operation: string | undefined,
  { alg, value = "" }: { alg?: string; value?: string },
  kid: string,
): Answer {
  const input = Buffer.from(value, "base64url");
  try {
    let output: Buffer;
    if ("secret" in material) {
      if (alg !== "A256KW") return refused(400, "BadParameter");
      const cipher =
        operation === "wrapkey"
          ? createCipheriv("id-aes256-wrap", material.secret, KW_IV)
          : createDecipheriv("id-aes256-wrap", material.secret, KW_IV);
      output = Buffer.concat([cipher.update(input), cipher.final()]);
    } else {
      if (alg !== "RSA-OAEP-256" && alg !== "RSA-OAEP") return refused(400, "BadParameter");
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const oaepHash = alg === "RSA-OAEP" ? "sha1" : "sha256";
      output =
        operation === "wrapkey"
          ? publicEncrypt({ key: material.publicKey, padding, oaepHash }, input)
          : privateDecrypt({ key: material.privateKey, padding, oaepHash }, input);
    }
    return { status: 200, body: { kid, value: output.toString("base64url") } };
  } catch {
    // As the service does: what doesn't open is a bad parameter, and nothing more is said.
    return refused(400, "BadParameter");
  }
}

export function refused(status: number, code: string, inner?: string): Answer {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  return { status, body: { error: { code, message: "Refused.", ...innererror } } };
}

async function bodyOf(request: IncomingMessage): Promise<{ alg?: string; value?: string }> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text === "" ? {} : (JSON.parse(text) as { alg?: string; value?: string });
}
