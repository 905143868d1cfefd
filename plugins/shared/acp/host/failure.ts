/** Why a request to the agent failed, in its own words. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const detail = 'data' in error ? detailOf(error.data) : null;
  return detail === null || error.message.includes(detail) ? error.message : `${error.message}: ${detail}`;
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

/** The agent wants a person to log in first. */
export const needsLogin = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === -32000;
