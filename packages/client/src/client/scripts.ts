/** `container.scripts` of a sealed container: source text passes; what procedures answer with is opened. */
import {
  type ClientContext,
  type RequestOptions,
  Scripts as SdkScripts,
  StoredProcedures as SdkStoredProcedures,
  type StoredProcedureDefinition,
  type StoredProcedureResponse,
} from "@azure/cosmos";
import type { SealContext } from "../options/seal-options.js";
import { amend } from "../sdk/internals.js";
import type { Container } from "./container.js";
import { StoredProcedure } from "./stored-procedure.js";
import { closeSurface } from "./surface.js";

export class Scripts extends SdkScripts {
  static {
    closeSurface(Scripts, SdkScripts, "Scripts");
  }

  declare readonly container: Container;
  readonly #context: ClientContext;
  readonly #seal: SealContext;
  readonly #procedures: StoredProcedures;

  constructor(container: Container, context: ClientContext, seal: SealContext) {
    super(container, context);
    this.#context = context;
    this.#seal = seal;
    this.#procedures = new StoredProcedures(container, context, (id) => this.storedProcedure(id));
  }

  override storedProcedure(id: string): StoredProcedure {
    return new StoredProcedure(this.container, id, this.#context, this.#seal);
  }

  override get storedProcedures(): StoredProcedures {
    return this.#procedures;
  }
}

/** Hands out our StoredProcedure. */
class StoredProcedures extends SdkStoredProcedures {
  static {
    closeSurface(StoredProcedures, SdkStoredProcedures, "StoredProcedures");
  }

  readonly #ours: (id: string) => StoredProcedure;

  constructor(container: Container, context: ClientContext, ours: (id: string) => StoredProcedure) {
    super(container, context);
    this.#ours = ours;
  }

  override async create(body: StoredProcedureDefinition, options?: RequestOptions): Promise<StoredProcedureResponse> {
    const response = await super.create(body, options);
    return amend(response, { storedProcedure: this.#ours(response.storedProcedure.id) });
  }
}
