import type { Config } from '../config/schema/config.ts';

/** Where the bot can be reached, as far as it knows. */
export interface Addresses {
  /** For programs on this machine. */
  readonly local: () => string;
  /** The page of a session, for people. */
  readonly linkTo: (session: string) => string;
  /** The port it listens on, once it does. */
  listensOn(port: number): void;
}

export function createAddresses(
  config: () => Config,
  wanted: { readonly host: string; readonly port: number },
): Addresses {
  let { port } = wanted;
  const local = (): string => `http://${reachable(wanted.host)}:${port}`;
  const base = (): string => config().publicUrl?.replace(/\/$/, '') ?? local();
  return {
    local,
    linkTo: (session) => `${base()}/#/board/s/${session}`,
    listensOn(actual) {
      port = actual;
    },
  };
}

/** An address that agents and browsers on this machine can use. */
const reachable = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
