/**
 * The page's half of the sign-in. The cookie goes to every port of this host; what is kept here belongs to this origin, port
 * included, and is sent with each request.
 */
const STORED = 'ao-page-key';

/** Takes the key out of the address that the sign-in link led to (`#key=…`), so that it stays in no history. */
export function takeKey(): void {
  const key = /^#key=([\w-]+)$/.exec(location.hash)?.[1];
  if (key === undefined) return;
  localStorage.setItem(STORED, key);
  history.replaceState(null, '', location.pathname);
}

export function keyHeader(): Readonly<Record<string, string>> {
  const key = localStorage.getItem(STORED);
  return key === null ? {} : { 'x-ao-page-key': key };
}

/** False behind a proxy that signs people in: there is nothing to sign out of. */
export const hasKey = (): boolean => localStorage.getItem(STORED) !== null;

export const forgetKey = (): void => localStorage.removeItem(STORED);
