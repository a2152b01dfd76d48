// Requests without the SDK: signed by hand, so that a test can send what the SDK never would.

import { createHmac } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export interface WireTarget {
  readonly endpoint: string;
  readonly key: string;
}

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Sign with another date than now. */
  readonly date?: string;
  /** Send this as the authorization header instead of a signature; `null` sends none. */
  readonly authorization?: string | null;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export function send(target: WireTarget, wire: WireRequest): Promise<WireResponse> {
  const date = wire.date ?? new Date().toUTCString();
  const authorization =
    wire.authorization === undefined ? sign(target.key, wire.method, wire.path, date) : wire.authorization;
  return new Promise((resolve, reject) => {
    const request = target.endpoint.startsWith("https:") ? requestHttps : requestHttp;
    const outgoing = request(
      new URL(target.endpoint),
      {
        method: wire.method,
        path: wire.path,
        headers: {
          "x-ms-date": date,
          "x-ms-version": "2020-07-15",
          ...(authorization === null ? {} : { authorization }),
          ...wire.headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(wire.body);
  });
}

/** The signature over the path as it stands. */
export function sign(key: string, method: string, path: string, date: string): string {
  const segments = path.split("/").filter((segment) => segment !== "");
  const isResource = segments.length % 2 === 0;
  const type = (isResource ? segments.at(-2) : segments.at(-1)) ?? "";
  const link = (isResource ? segments : segments.slice(0, -1)).join("/");
  const text = `${method.toLowerCase()}\n${type.toLowerCase()}\n${link}\n${date.toLowerCase()}\n\n`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  return encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
}
