// The emulator as one thing: the account's state behind a listener, started and closed.

import type { AddressInfo } from "node:net";
import { wellKnownKey } from "./auth/wellKnownKey.js";
import { type Certificate, makeCertificate } from "./http/certificate.js";
import { createFaultPlan, type Fault, type InjectedFault } from "./http/faults.js";
import { createExchangeLog, type RecordedExchange } from "./http/record.js";
import { createHttpServer } from "./http/server.js";
import { createThrottle, noThrottle } from "./http/throttle.js";
import { type ContainerName, type RangeSplit, splitRange } from "./partition/split.js";
import { createQueryEngine } from "./query/engine.js";
import { Account } from "./store/account.js";

/** How an emulator is started; everything has a default. */
export interface EmulatorOptions {
  /** The port to listen on; 0, the default, takes any free one. */
  readonly port?: number;
  /** The address to listen on. The default is the loopback address: the key is public, so nobody else should reach it. */
  readonly host?: string;
  /** The account key, in base64. The default is the public, well-known key of Microsoft's emulator. */
  readonly key?: string;
  /** Into how many partition key ranges a new container is cut; 2 unless said otherwise. */
  readonly ranges?: number;
  /** Keep the state in this directory, and take up what it holds. Without it the state ends with the process. */
  readonly directory?: string;
  /** Wait for the disk before a write is acknowledged. Without it a write survives the process, but not the machine. */
  readonly fsync?: boolean;
  /** Milliseconds since 1970; for tests of expiry and clock skew. */
  readonly clock?: () => number;
  /** Keep the last exchanges, byte for byte, in `requests`. Off unless `true`, or the number to keep (`true` keeps 10,000). */
  readonly record?: boolean | number;
  /** Answer 429 where a container uses more than the throughput that its offer declares. Off unless `true`. */
  readonly throttle?: boolean;
  /** How long a stored procedure or a trigger may run; 5000 unless said otherwise. */
  readonly scriptTimeoutMs?: number;
  /** Faults that are there from the start, as by `injectFault`. */
  readonly faults?: readonly Fault[];
  /** Where the probability of faults is drawn from, 0 ≤ n < 1; seeded, a run repeats itself. The default is `Math.random`. */
  readonly random?: () => number;
  /**
   * Speak HTTPS: with a certificate and its key, in PEM, or with a self-signed one that is made at the start, for localhost
   * and `host`. A client trusts it with `NODE_EXTRA_CA_CERTS`, or an agent whose `ca` is `Emulator.certificate`.
   */
  readonly https?: boolean | Certificate;
  /** Told of what an operator should know: a torn record that was dropped, an error of the emulator itself. Standard error by default. */
  readonly log?: (message: string) => void;
}

/** A running emulator. */
export interface Emulator {
  /** `http://127.0.0.1:<port>/`, or `https://…` */
  readonly endpoint: string;
  /** The account key, in base64. */
  readonly key: string;
  /** For `new CosmosClient(connectionString)`. */
  readonly connectionString: string;
  /** The certificate of HTTPS, in PEM; undefined over HTTP. */
  readonly certificate: string | undefined;
  /** What crossed HTTP, oldest first; empty unless `record` is on. */
  readonly requests: readonly RecordedExchange[];
  /**
   * Splits a partition key range in two, at the middle of the keys that it holds, as the service does when a partition
   * grows. Requests that name the range get 410/1002 from then on; the children name it among their `parents`.
   *
   * @param container the link `dbs/<database>/colls/<container>`, or the two ids
   * @param rangeId the range to split; otherwise the one that holds the most items
   * @returns the ids of the parent and of its two children, in the order of their keys
   * @throws RangeError where there is no such container or range, or the range holds one key alone
   */
  splitRange(container: ContainerName, rangeId?: string): Promise<RangeSplit>;
  /**
   * From now on has a fault befall the requests that meet its condition.
   *
   * @throws RangeError where a number in it is out of range
   *
   * @example
   * emulator.injectFault({ when: { operation: "create" }, times: 2, fault: { status: 429, retryAfterMs: 50 } });
   * emulator.injectFault({ when: { resourceType: "docs" }, fault: "drop", applied: true, times: 1 });
   */
  injectFault(fault: Fault): InjectedFault;
  /** Stops listening, ends open connections and closes the files. */
  close(): Promise<void>;
}

/**
 * Starts a Cosmos-compatible server, in this process, on the loopback address.
 *
 * Rejects where the port is taken, or where the directory holds a log that is damaged other than at its end.
 *
 * @example
 * const emulator = await createEmulator();
 * const client = new CosmosClient(emulator.connectionString);
 * // …
 * await emulator.close();
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1", key = wellKnownKey(), ranges = 2, clock = Date.now } = options;
  const { log = (message: string) => console.error(message), record = false, scriptTimeoutMs = 5000 } = options;
  if (!Number.isInteger(ranges) || ranges < 1 || ranges > 1000)
    throw new RangeError("ranges must be an integer from 1 to 1000");
  const keyBytes = Buffer.from(key, "base64");
  if (keyBytes.length === 0) throw new RangeError("key must be a base64 text");
  const { https = false } = options;
  const certificate = https === true ? makeCertificate(host, Date.now()) : https === false ? undefined : https;
  const faults = createFaultPlan(options.random ?? Math.random);
  for (const fault of options.faults ?? []) faults.inject(fault);
  const account = new Account({
    clock,
    ranges,
    fsync: options.fsync ?? false,
    onTorn: log,
    ...(options.directory === undefined ? {} : { directory: options.directory }),
  });
  const exchanges = record === false ? undefined : createExchangeLog(record === true ? 10_000 : record);
  const server = createHttpServer(
    {
      account,
      key: { key: keyBytes },
      clock,
      engine: createQueryEngine(clock),
      throttle: options.throttle === true ? createThrottle() : noThrottle,
      scriptTimeoutMs,
    },
    {
      exchanges,
      faults,
      certificate,
      onError: (error) => log(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    },
  );
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    account.close();
    throw error;
  }
  const address = server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  const endpoint = `${certificate === undefined ? "http" : "https"}://${name}:${address.port}/`;
  return {
    endpoint,
    key,
    connectionString: `AccountEndpoint=${endpoint};AccountKey=${key};`,
    certificate: certificate?.cert,
    requests: exchanges?.exchanges ?? [],
    injectFault: (fault) => faults.inject(fault),
    splitRange: (container, rangeId) => splitRange(account, container, rangeId),
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      account.close();
    },
  };
}
