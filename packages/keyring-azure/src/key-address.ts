/** Where a key is: vault, name and version, read strictly, so that two spellings never stand for one key. */

export interface KeyAddress {
  /** `https://<host>`, with a port where it is not 443. */
  readonly vault: string;
  readonly name: string;
  readonly version?: string;
}

/** Undefined where the text is not the URL of a key. */
export function parseKeyUrl(text: string): KeyAddress | undefined {
  const match =
    /^https:\/\/([a-zA-Z0-9.-]+(?::\d{1,5})?)\/keys\/([0-9a-zA-Z-]{1,127})(?:\/([0-9a-zA-Z]{1,64}))?\/?$/.exec(text);
  if (match === null) return undefined;
  const [, host = "", name = "", version] = match;
  return {
    vault: `https://${host.toLowerCase()}`,
    name: name.toLowerCase(),
    ...(version !== undefined && { version }),
  };
}

export function addressOf({ vault, name, version }: KeyAddress): string {
  return version === undefined ? `${vault}/keys/${name}` : `${vault}/keys/${name}/${version}`;
}
