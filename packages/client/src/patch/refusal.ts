/** What the service says of a patch that it doesn't do, said by the client in its place. */

/** Never holds a value or a name of the document: operations are told by their number. */
export class PatchRefusal extends Error {
  readonly status: 400 | 404 | 412 | 449;

  constructor(status: 400 | 404 | 412 | 449, message: string) {
    super(message);
    this.name = "PatchRefusal";
    this.status = status;
  }
}

export function badPatch(message: string): PatchRefusal {
  return new PatchRefusal(400, message);
}

export function conditionFailed(): PatchRefusal {
  return new PatchRefusal(412, "One of the specified pre-condition is not met.");
}

/** The service's own answer where writes to one item go on and on. */
export function tooManyWriters(): PatchRefusal {
  return new PatchRefusal(449, "Conflicting writes went on: retry the patch.");
}
