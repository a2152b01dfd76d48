// What the service says when it refuses: a status, a substatus where it has one, and a body in its own format.

const CODES: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  408: "RequestTimeout",
  409: "Conflict",
  410: "Gone",
  412: "PreconditionFailed",
  413: "RequestEntityTooLarge",
  424: "FailedDependency",
  429: "TooManyRequests",
  449: "RetryWith",
  500: "InternalServerError",
  501: "NotImplemented",
  503: "ServiceUnavailable",
};

export interface ServiceErrorDetails {
  readonly substatus?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** More properties of the body, beside `code` and `message`. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** The message as it stands, without the `{"Errors":[…]}` around it. */
  readonly bare?: boolean;
}

/** A refusal, thrown from anywhere below the server and answered by it. */
export class ServiceError extends Error {
  readonly status: number;
  readonly details: ServiceErrorDetails;

  constructor(status: number, message: string, details: ServiceErrorDetails = {}) {
    super(message);
    this.name = "ServiceError";
    this.status = status;
    this.details = details;
  }
}

/** The body of a refusal, as text. */
export function errorBody(error: ServiceError, activityId: string): string {
  const said = error.details.bare ? error.message : `Message: ${JSON.stringify({ Errors: [error.message] })}`;
  return JSON.stringify({
    code: CODES[error.status] ?? "BadRequest",
    message: `${said}\r\nActivityId: ${activityId}`,
    ...error.details.body,
  });
}

export function badRequest(message: string, substatus?: number): ServiceError {
  return new ServiceError(400, message, substatus === undefined ? {} : { substatus });
}

export function notFound(): ServiceError {
  return new ServiceError(404, "Resource Not Found. Learn more: https://aka.ms/cosmosdb-tsg-not-found");
}

/** The database or the container that should hold the resource doesn't exist. */
export function ownerNotFound(): ServiceError {
  return new ServiceError(404, "Owner resource does not exist", { substatus: 1003 });
}

export function conflict(): ServiceError {
  return new ServiceError(
    409,
    "Entity with the specified id already exists in the system. Learn more: https://aka.ms/cosmosdb-tsg-conflict",
  );
}

export function preconditionFailed(): ServiceError {
  return new ServiceError(
    412,
    "One of the specified pre-condition is not met. Learn more: https://aka.ms/CosmosDB/sql/errors/precondition-failed",
  );
}

export function tooLarge(): ServiceError {
  return new ServiceError(413, "Request size is too large");
}

export function keyMismatch(): ServiceError {
  return badRequest(
    "PartitionKey extracted from document doesn't match the one specified in the header. Learn more: https://aka.ms/CosmosDB/sql/errors/wrong-pk-value",
    1001,
  );
}

export function wrongKeyShape(): ServiceError {
  return badRequest(
    "Partition key provided either doesn't correspond to definition in the collection or doesn't match partition key field values specified in the document.",
    1001,
  );
}

export function rangeGone(): ServiceError {
  return new ServiceError(410, "The requested resource is no longer available at the server.", { substatus: 1002 });
}

/** What this emulator leaves out. Never a silent wrong answer: the gap says its name. */
export function notImplemented(what: string): ServiceError {
  return new ServiceError(501, `The Cosmoseal emulator does not implement ${what}.`);
}
