// A self-signed certificate for HTTPS on this machine, made anew at each start: node makes keys but no certificates, and one
// of fixed shape is a page of DER.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A certificate for HTTPS and the private key that belongs to it. */
export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** For `localhost`, 127.0.0.1 and ::1, and the host that is listened on; valid for 90 days from the day before. */
export function makeCertificate(host: string, now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(OID.commonName, utf8("Cosmoseal emulator"))));
  const content = sequence(
    tagged(0, integer(Buffer.of(2))), // Version 3.
    integer(Buffer.concat([Buffer.of(0x01), randomBytes(15)])),
    sequence(OID.ecdsaWithSha256),
    name,
    sequence(time(now - DAY), time(now + 90 * DAY)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(
      3,
      sequence(
        sequence(OID.basicConstraints, TRUE, octets(sequence(TRUE))),
        sequence(OID.subjectAltName, octets(sequence(...alternativeNames(host)))),
      ),
    ),
  );
  const signature = sign("sha256", content, { key: privateKey, dsaEncoding: "der" });
  const der = sequence(content, sequence(OID.ecdsaWithSha256), bits(signature));
  const lines = der.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

function alternativeNames(host: string): readonly Buffer[] {
  const names = [
    der(0x82, Buffer.from("localhost", "latin1")),
    der(0x87, Buffer.of(127, 0, 0, 1)),
    der(0x87, Buffer.concat([Buffer.alloc(15), Buffer.of(1)])),
  ];
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    if (host !== "127.0.0.1") names.push(der(0x87, Buffer.from(host.split(".").map(Number))));
  } else if (/^[A-Za-z0-9.-]+$/.test(host) && host !== "localhost") {
    names.push(der(0x82, Buffer.from(host, "latin1")));
  }
  return names;
}

const OID = {
  commonName: oid("550403"),
  basicConstraints: oid("551d13"),
  subjectAltName: oid("551d11"),
  ecdsaWithSha256: oid("2a8648ce3d040302"),
} as const;

const TRUE = der(0x01, Buffer.of(0xff));

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return der(0x31, Buffer.concat(parts));
}

function tagged(tag: number, part: Buffer): Buffer {
  return der(0xa0 | tag, part);
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function octets(part: Buffer): Buffer {
  return der(0x04, part);
}

function bits(bytes: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(0), bytes]));
}

function utf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text, "utf8"));
}

// Until 2049 the short form is the one to use.
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  return der(0x17, Buffer.from(text.slice(2), "latin1"));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const size = length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
  return Buffer.concat([Buffer.of(tag), size, content]);
}
