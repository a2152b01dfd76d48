// What a test looks at in an answer: a refusal's code, a resource without what the service adds.

/** The error that a promise rejects with, as the SDK's callers see it; a promise that resolves fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<{
  readonly code: unknown;
  readonly substatus: unknown;
  readonly message: string;
  readonly body: { readonly code?: unknown; readonly message?: unknown } | undefined;
  readonly headers: Readonly<Record<string, unknown>> | undefined;
}> {
  try {
    await promise;
  } catch (error) {
    const { code, substatus, message, body, headers } = error as {
      code?: unknown;
      substatus?: unknown;
      message: string;
      body?: { code?: unknown; message?: unknown };
      headers?: Record<string, unknown>;
    };
    return { code, substatus, message, body, headers };
  }
  throw new Error("the operation was not refused");
}

/** The same without the properties that the service adds. */
export function plain(resource: object | undefined | null): object {
  return Object.fromEntries(
    Object.entries(resource ?? {}).filter(([name]) => !/^_(rid|self|etag|attachments|ts|lsn)$/.test(name)),
  );
}
