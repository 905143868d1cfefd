/** Addresses of one GitLab server, which may be below a path. */
export interface Server {
  readonly host: string;
  /** Without slashes at the ends; empty: the server is at the root. */
  readonly below: string;
}

export function serverOf(baseUrl: string): Server {
  const { host, pathname } = new URL(baseUrl);
  return { host: host.toLowerCase(), below: pathname.replace(/^\/+|\/+$/g, '') };
}

/** Path of the project that an address git knows names (https, ssh, scp-like), with all its groups; null: it names none. */
export function pathOfRemote(remote: string, { below }: Server): string | null {
  const path = /^(?:[a-z+]+:\/\/[^/]+\/|[^@\s/]+@[^:\s]+:)(.+?)(?:\.git)?\/?$/i.exec(
    remote.trim(),
  )?.[1];
  if (path === undefined) return null;
  const bare = path.replace(/^\/+/, '');
  const inside = below !== '' && bare.startsWith(`${below}/`) ? bare.slice(below.length + 1) : bare;
  return inside.includes('/') ? inside : null;
}

export type Kind = 'issue' | 'merge request';
const PAGES: Readonly<Record<Kind, RegExp>> = {
  issue: /^(.+?)\/-?\/?(?:issues|work_items)\/([1-9][0-9]{0,8})(?:[/?#]\S*)?$/,
  'merge request': /^(.+?)\/-?\/?merge_requests\/([1-9][0-9]{0,8})(?:[/?#]\S*)?$/,
};
const SIGN: Readonly<Record<Kind, string>> = { issue: '#', 'merge request': '#!' };

/** Number that `reference` means in the project of any of `names`; null: it means nothing there. */
export function numberOf(
  reference: string,
  kind: Kind,
  { names, server }: { readonly names: readonly string[]; readonly server: Server },
): number | null {
  const text = reference.trim();
  const sign = `[${SIGN[kind]}]`;
  const plain = new RegExp(`^${sign}?([1-9][0-9]{0,8})$`).exec(text)?.[1];
  if (plain !== undefined) return Number(plain);
  const isNamed = (path: string | undefined): boolean =>
    names.some((name) => name.toLowerCase() === path?.toLowerCase());
  const short = new RegExp(`^([\\w./-]+)${sign}([1-9][0-9]{0,8})$`).exec(text);
  if (short !== null) return isNamed(short[1]) ? Number(short[2]) : null;
  if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const below = server.below === '' ? '/' : `/${server.below}/`;
  if (url.host.toLowerCase() !== server.host || !url.pathname.startsWith(below)) return null;
  const page = PAGES[kind].exec(url.pathname.slice(below.length));
  return page !== null && isNamed(page[1]?.replace(/\/-?$/, '')) ? Number(page[2]) : null;
}
