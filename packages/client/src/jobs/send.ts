/** Sends a request of a job: under its budget, counted, and again where the service asks for it or can't be reached for a moment. */
import { Constants } from "@azure/cosmos";
import { again } from "./again.js";
import type { Budget } from "./budget.js";

/** How a job is stopped: nothing new is begun from `stop` on, and what is on its way is given up with `cut`. */
export interface JobSignals {
  readonly stop: AbortSignal;
  readonly cut: AbortSignal;
}

export interface Sender {
  readonly signals: JobSignals;
  /** Throws what the request throws, when it is not to be sent again; the reason of `stop`, where nothing is sent any more. */
  send<R extends { readonly headers: object }>(request: (signal: AbortSignal) => Promise<R>): Promise<R>;
}

export interface SenderListener {
  charged(requestUnits: number): void;
  throttled(): void;
}

export function sender(budget: Budget, signals: JobSignals, listener: SenderListener): Sender {
  const count = (headers: object): void => {
    const charge = Number((headers as Record<string, unknown>)[Constants.HttpHeaders.RequestCharge] ?? 0);
    if (!(charge > 0)) return;
    budget.spend(charge);
    listener.charged(charge);
  };
  return {
    signals,
    send: (request) =>
      again(
        async () => {
          await budget.ready(signals.stop);
          const response = await request(signals.cut);
          count(response.headers);
          return response;
        },
        signals.stop,
        (error, throttledFor) => {
          count((error as { readonly headers?: object } | null)?.headers ?? {});
          if (throttledFor === undefined) return;
          listener.throttled();
          // For all that is sent, not for this request alone.
          budget.pause(throttledFor);
        },
      ),
  };
}
