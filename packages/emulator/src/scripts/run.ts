// One run of one script: a worker of its own, with a limit on its time and on its memory.

import { Worker } from "node:worker_threads";
import { badRequest, ServiceError } from "../http/errors.js";
import { PRELUDE, WORKER } from "./sandbox.js";

export interface Job {
  readonly program: string;
  readonly args: readonly unknown[];
  readonly links: { readonly self: string; readonly alt: string };
  /** What `getRequest().getBody()` and `getResponse().getBody()` give. */
  readonly request?: unknown;
  readonly response?: unknown;
}

export interface ScriptCall {
  readonly operation: string;
  readonly link?: string;
  readonly body?: unknown;
  readonly query?: unknown;
  readonly options: { readonly [name: string]: unknown };
}

export interface ScriptReply {
  readonly error?: { readonly number: number; readonly body: string };
  readonly result?: unknown;
  readonly options?: object;
}

export interface ScriptResult {
  /** The bodies as the script left them. */
  readonly request: unknown;
  readonly response: unknown;
  readonly logs: readonly string[];
}

const LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 2 };

/** Throws 400 where the script throws or takes too much memory, 408 where it takes longer than `timeoutMs`. */
export function runScript(
  job: Job,
  timeoutMs: number,
  answer: (call: ScriptCall) => ScriptReply,
): Promise<ScriptResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, {
      eval: true,
      workerData: { prelude: PRELUDE, job: JSON.stringify(job) },
      resourceLimits: LIMITS,
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      // What a worker that is being ended still throws is nobody's concern.
      worker.on("error", () => {});
      void worker.terminate();
      settle();
    };
    const timer = setTimeout(
      () => finish(() => reject(new ServiceError(408, `The script took longer than ${timeoutMs} milliseconds.`))),
      timeoutMs,
    );
    worker.on("message", (text: string) => {
      const message = JSON.parse(text) as Message;
      if ("call" in message) {
        try {
          worker.postMessage(JSON.stringify({ call: message.call, ...answer(message) }));
        } catch (error) {
          finish(() => reject(error));
        }
      } else if (message.end === "done") finish(() => resolve(message));
      else finish(() => reject(thrown(message.error)));
    });
    worker.on("error", (error: Error & { readonly code?: string }) => {
      finish(() =>
        reject(
          error.code === "ERR_WORKER_OUT_OF_MEMORY"
            ? badRequest("The script took more memory than it may.")
            : thrown({ text: `${error.name}: ${error.message}`, stack: "" }),
        ),
      );
    });
    worker.on("exit", () => finish(() => reject(badRequest("The script ended before it was done."))));
  });
}

type Message =
  | (ScriptCall & { readonly call: number })
  | ({ readonly end: "done" } & ScriptResult)
  | { readonly end: "error"; readonly error: Thrown };

interface Thrown {
  readonly text: string;
  readonly stack: string;
}

function thrown({ text, stack }: Thrown): ServiceError {
  return badRequest(`Encountered exception while executing Javascript. Exception = ${text}\r\nStack trace: ${stack}`);
}
