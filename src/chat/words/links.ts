/** Addresses the host knows; null where there is none. */
export interface CardLinks {
  /** Page with the live terminal. */
  terminal(session: string): string | null;
}

export const NO_LINKS: CardLinks = { terminal: () => null };
