/** The operations of a batch that the client does itself, patches mostly: each becomes a replace under the etag that it was read with. */
import {
  Constants,
  ErrorResponse,
  type OperationInput,
  type OperationResponse,
  type RequestOptions,
  type Response,
} from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { prepareRewrite, type StoredItems } from "../patch/rewrite.js";
import type { PreparedOperation } from "./prepare.js";
import { changeOf, isServiceError } from "./rewrites.js";
import type { SealedOperation } from "./seal-operation.js";

/** A batch that can't succeed, since one of its rewrites can't. */
export interface FailedRewrite {
  readonly failed: number;
  readonly error: ErrorResponse;
}

export class BatchRewrites {
  readonly #context: SealContext;
  readonly #definition: ContainerDefinition<unknown>;
  readonly #items: StoredItems;
  readonly #options: RequestOptions;
  /** Manifests of what was sent, by the operation. */
  readonly #sent = new Map<PreparedOperation, Set<string>>();
  #charge = 0;

  constructor(
    context: SealContext,
    definition: ContainerDefinition<unknown>,
    items: StoredItems,
    options: RequestOptions,
  ) {
    this.#context = context;
    this.#definition = definition;
    this.#items = items;
    this.#options = options;
  }

  /** The operations as they are sent. Throws ErrorResponse 408 with `committed: true` where an earlier attempt was done and its reply lost. */
  async attempt(prepared: readonly PreparedOperation[]): Promise<readonly SealedOperation[] | FailedRewrite> {
    const sealed: SealedOperation[] = [];
    for (const [i, operation] of prepared.entries()) {
      if (operation.kind === "send") sealed.push(operation.sealed);
      else {
        try {
          sealed.push(await this.#rewrite(operation));
        } catch (error) {
          if (isServiceError(error) && OF_OPERATION.has(error.code)) return { failed: i, error };
          throw error;
        }
      }
    }
    return sealed;
  }

  /** The result of a patch that failed for a write in between, and not for a condition of the caller's; adds the charge of the reads. */
  racedIn(
    prepared: readonly PreparedOperation[],
    response: Response<OperationResponse[]>,
  ): OperationResponse | undefined {
    const { RequestCharge } = Constants.HttpHeaders;
    this.#charge += Number(response.headers[RequestCharge]) || 0;
    if (this.#sent.size > 0) response.headers[RequestCharge] = this.#charge;
    return response.result?.find((result, i) => {
      const operation = prepared[i];
      return operation?.kind === "rewrite" && ifMatchOf(operation) === undefined && result?.statusCode === 412;
    });
  }

  async #rewrite(operation: Extract<PreparedOperation, { kind: "rewrite" }>): Promise<SealedOperation> {
    const { sealed } = operation;
    const asked = sealed.asked!;
    const sent = this.#sent.get(operation) ?? new Set<string>();
    this.#sent.set(operation, sent);
    const change = changeOf(this.#context, this.#definition, operation.operation, this.#options.abortSignal);
    const { current, sealed: written } = await prepareRewrite(
      this.#context,
      this.#definition,
      this.#items(asked),
      asked,
      change,
      ifMatchOf(operation),
      sent,
      this.#options,
    );
    this.#charge += current.response.requestCharge;
    if (written === undefined) {
      const error = new ErrorResponse("The batch was done, and its reply was lost on the way.");
      throw Object.assign(error, { code: 408, committed: true });
    }
    const { partitionKey } = sealed.stored;
    const stored = {
      operationType: "Replace",
      id: asked.id,
      ...(partitionKey !== undefined && { partitionKey }),
      ifMatch: current.etag,
      resourceBody: written,
    };
    return { stored: stored as unknown as OperationInput, written };
  }
}

function ifMatchOf({ operation }: Extract<PreparedOperation, { kind: "rewrite" }>): string | undefined {
  return (operation as { readonly ifMatch?: string }).ifMatch;
}

/** As the service answers a batch: the failed operation says why, all others depended on it. Nothing was sent. */
export function failedBatch(count: number, { failed, error }: FailedRewrite): Response<OperationResponse[]> {
  const result = Array.from({ length: count }, (_, i): OperationResponse => {
    if (i !== failed) return { statusCode: 424, requestCharge: 0 };
    const { code, message, substatus } = error;
    const refused = { statusCode: code as number, requestCharge: 0, message };
    return substatus === undefined ? refused : Object.assign(refused, { subStatusCode: substatus });
  });
  const { headers = {}, diagnostics } = error;
  return { headers, result, code: 207, substatus: undefined, diagnostics } as unknown as Response<OperationResponse[]>;
}

const OF_OPERATION: ReadonlySet<unknown> = new Set([400, 404, 412]);
