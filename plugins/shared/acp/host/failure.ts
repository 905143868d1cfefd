/** Why a request to the agent failed, in its own words. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const detail = 'data' in error ? detailOf(error.data) : null;
  return detail === null || error.message.includes(detail)
    ? error.message
    : `${error.message}: ${detail}`;
}

function detailOf(data: unknown): string | null {
  if (typeof data === 'string') return data;
  if (typeof data !== 'object' || data === null) return null;
  for (const key of ['details', 'message', 'error']) {
    const value = (data as Readonly<Record<string, unknown>>)[key];
    if (typeof value === 'string') return value;
  }
  return null;
}

/** The agent has no such conversation, or can't go on with any. */
export class ConversationLost extends Error {}

const INVALID_PARAMS = -32602;
const NOT_FOUND = -32002;

export const isUnknownSession = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === INVALID_PARAMS || error.code === NOT_FOUND);

/** The agent wants a person to log in first. */
export const needsLogin = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === -32000;
