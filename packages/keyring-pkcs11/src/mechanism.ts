/** How the token wraps: each mechanism with its parameters, of which a store may say only what can't weaken it. */
import { randomBytes } from "node:crypto";
import type { RootWrap } from "@cosmoseal/core";
import type { AesGCM, Handle, Mechanism, RsaOAEP } from "pkcs11js";
import type { Loaded } from "./library.js";

export type Pkcs11Mechanism = "AES-GCM" | "RSA-OAEP-SHA256" | "RSA-OAEP-SHA1";

export interface MechanismPlan {
  readonly wrapsWith: "CKO_SECRET_KEY" | "CKO_PUBLIC_KEY";
  readonly unwrapsWith: "CKO_SECRET_KEY" | "CKO_PRIVATE_KEY";
  wrap(
    loaded: Loaded,
    session: Handle,
    key: Handle,
    root: Buffer,
    pin: string,
  ): { readonly wrapped: Buffer; readonly parameters: Readonly<Record<string, string>> };
  /** Undefined where the token says that it is not one of the key's. */
  unwrap(
    loaded: Loaded,
    session: Handle,
    key: Handle,
    wrapped: Buffer,
    parameters: RootWrap["parameters"],
    pin: string,
  ): Buffer | undefined;
}

/** Undefined for what is no mechanism. */
export function mechanismOf(name: Pkcs11Mechanism): MechanismPlan | undefined {
  if (name === "AES-GCM") return AES_GCM;
  if (name === "RSA-OAEP-SHA256" || name === "RSA-OAEP-SHA1") return rsaOaep(name);
  return undefined;
}

const IV_BYTES = 12;
const TAG_BITS = 128;

/** The root key's pin is associated data: a wrap of one root never opens as another's. */
const AES_GCM: MechanismPlan = {
  wrapsWith: "CKO_SECRET_KEY",
  unwrapsWith: "CKO_SECRET_KEY",
  wrap: (loaded, session, key, root, pin) => {
    const iv = randomBytes(IV_BYTES);
    loaded.library.C_EncryptInit(session, gcm(loaded, iv, pin), key);
    const wrapped = loaded.library.C_Encrypt(session, root, Buffer.alloc(root.length + TAG_BITS / 8));
    root.fill(0);
    return { wrapped, parameters: { iv: iv.toString("base64") } };
  },
  unwrap: (loaded, session, key, wrapped, { iv }, pin) => {
    const nonce = typeof iv === "string" ? Buffer.from(iv, "base64") : Buffer.alloc(0);
    if (nonce.length !== IV_BYTES || nonce.toString("base64") !== iv) return undefined;
    loaded.library.C_DecryptInit(session, gcm(loaded, nonce, pin), key);
    return decrypt(loaded, session, wrapped);
  },
};

function rsaOaep(name: "RSA-OAEP-SHA256" | "RSA-OAEP-SHA1"): MechanismPlan {
  const mechanism = ({ constants }: Loaded): Mechanism => {
    const isSha1 = name === "RSA-OAEP-SHA1";
    const parameter: RsaOAEP = {
      type: constants.CK_PARAMS_RSA_OAEP,
      hashAlg: isSha1 ? constants.CKM_SHA_1 : constants.CKM_SHA256,
      mgf: isSha1 ? constants.CKG_MGF1_SHA1 : constants.CKG_MGF1_SHA256,
      source: CKZ_DATA_SPECIFIED,
    };
    return { mechanism: constants.CKM_RSA_PKCS_OAEP, parameter };
  };
  return {
    wrapsWith: "CKO_PUBLIC_KEY",
    unwrapsWith: "CKO_PRIVATE_KEY",
    wrap: (loaded, session, key, root) => {
      loaded.library.C_EncryptInit(session, mechanism(loaded), key);
      const wrapped = loaded.library.C_Encrypt(session, root, Buffer.alloc(MAX_RSA_BYTES));
      root.fill(0);
      return { wrapped, parameters: {} };
    },
    unwrap: (loaded, session, key, wrapped) => {
      loaded.library.C_DecryptInit(session, mechanism(loaded), key);
      return decrypt(loaded, session, wrapped);
    },
  };
}

/** Of PKCS #11, 2.1.7; the binding doesn't name it. */
const CKZ_DATA_SPECIFIED = 1;

/** Of keys up to 8,192 bits. */
const MAX_RSA_BYTES = 1024;

function gcm({ constants }: Loaded, iv: Buffer, pin: string): Mechanism {
  const parameter: AesGCM = {
    type: constants.CK_PARAMS_AES_GCM,
    iv,
    ivBits: iv.length * 8,
    aad: Buffer.from(`cosmoseal/1/root-wrap ${pin}`, "utf8"),
    tagBits: TAG_BITS,
  };
  return { mechanism: constants.CKM_AES_GCM, parameter };
}

/** Tokens tell a wrong tag in several ways: in this one step each of them means that the wrap is not the key's. */
function decrypt({ constants, library }: Loaded, session: Handle, wrapped: Buffer): Buffer | undefined {
  try {
    return library.C_Decrypt(session, wrapped, Buffer.alloc(Math.max(wrapped.length, MAX_RSA_BYTES)));
  } catch (error) {
    const refusals: readonly number[] = [
      constants.CKR_ENCRYPTED_DATA_INVALID,
      constants.CKR_ENCRYPTED_DATA_LEN_RANGE,
      constants.CKR_DATA_INVALID,
      constants.CKR_DATA_LEN_RANGE,
      constants.CKR_FUNCTION_FAILED,
      constants.CKR_GENERAL_ERROR,
    ];
    const { code } = error as { code?: number };
    if (code !== undefined && refusals.includes(code)) return undefined;
    throw error;
  }
}
