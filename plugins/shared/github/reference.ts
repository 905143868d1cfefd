/** Number of an issue or pull request that `reference` means in the repository of any of `names` (owner/name) at `host`; null when it means nothing there. */
export function numberOf(reference: string, names: readonly string[], host: string): number | null {
  const text = reference.trim();
  const plain = /^#?([1-9][0-9]{0,8})$/.exec(text)?.[1];
  if (plain !== undefined) return Number(plain);
  const isNamed = (slug: string | undefined): boolean =>
    names.some((name) => name.toLowerCase() === slug?.toLowerCase());
  const short = /^([\w.-]+\/[\w.-]+)#([1-9][0-9]{0,8})$/.exec(text);
  if (short !== null) return isNamed(short[1]) ? Number(short[2]) : null;
  const address =
    /^https?:\/\/([^/\s]+)\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/([1-9][0-9]{0,8})(?:[/?#]\S*)?$/i.exec(
      text,
    );
  if (address === null) return null;
  const [, at, slug, number] = address;
  return at?.toLowerCase() === host && isNamed(slug) ? Number(number) : null;
}

/** Where people see what this API serves: api.github.com is github.com, an Enterprise server is itself. */
export function webHost(baseUrl: string): string {
  const { host } = new URL(baseUrl);
  return host === 'api.github.com' ? 'github.com' : host.toLowerCase();
}
