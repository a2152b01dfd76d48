/** The committed matrix: every case of each contract, and the implementations that it is run on. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const CONTRACTS = ["store", "keyring", "killed", "together"] as const;
export type ContractName = (typeof CONTRACTS)[number];

export interface Row {
  readonly contract: ContractName;
  readonly case: string;
  readonly implementations: readonly string[];
}

/** All implementations, in the order of the reporter's columns. A cell of the matrix is one of a row's. */
export const IMPLEMENTATIONS: Readonly<Record<Row["contract"], readonly string[]>> = {
  store: ["memory", "file", "cosmos"],
  keyring: ["passphrase", "static", "any", "azure-rsa", "azure-hsm", "pkcs11-aes", "pkcs11-rsa"],
  killed: ["file", "cosmos"],
  together: ["file", "cosmos"],
};

const HEADER = "contract\tcase\timplementations";

export const MATRIX: readonly Row[] = read();

function read(): readonly Row[] {
  const [header, ...lines] = readFileSync(fileURLToPath(new URL("matrix.tsv", import.meta.url)), "utf8")
    .split("\n")
    .filter((line) => line !== "");
  if (header !== HEADER) throw new Error(`The matrix begins with ${header}`);
  return lines.map((line): Row => {
    const [contract = "", name = "", cell = ""] = line.split("\t");
    if (!isContract(contract)) throw new Error(`The matrix has a contract "${contract}".`);
    const implementations = cell === "all" ? IMPLEMENTATIONS[contract] : cell.split(" ");
    const unknown = implementations.find((one) => !IMPLEMENTATIONS[contract].includes(one));
    if (unknown !== undefined) throw new Error(`The matrix has an implementation "${unknown}".`);
    return { contract, case: name, implementations };
  });
}

function isContract(name: string): name is ContractName {
  return (CONTRACTS as readonly string[]).includes(name);
}
