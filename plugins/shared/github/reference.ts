/** Number of an issue or pull request that `reference` means in the repository `name` (owner/name) of `host`; null when it means nothing there. */
export function numberOf(reference: string, name: string | null, host: string): number | null {
  const text = reference.trim();
  const plain = /^#?([1-9][0-9]{0,8})$/.exec(text)?.[1];
  if (plain !== undefined) return Number(plain);
  if (name === null) return null;
  const short = /^([\w.-]+\/[\w.-]+)#([1-9][0-9]{0,8})$/.exec(text);
  if (short !== null) return short[1]?.toLowerCase() === name.toLowerCase() ? Number(short[2]) : null;
  const address = /^https?:\/\/([^/\s]+)\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/([1-9][0-9]{0,8})(?:[/?#]\S*)?$/i.exec(text);
  if (address === null) return null;
  const [, at, slug, number] = address;
  return at?.toLowerCase() === host && slug?.toLowerCase() === name.toLowerCase() ? Number(number) : null;
}

/** Where people see what this API serves: api.github.com is github.com, an Enterprise server is itself. */
export function webHost(baseUrl: string): string {
  const { host } = new URL(baseUrl);
  return host === 'api.github.com' ? 'github.com' : host.toLowerCase();
}
