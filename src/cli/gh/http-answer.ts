/** What `gh api --include` prints: status and headers, an empty line, the body. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Null for anything else, e.g. when the request never went out. */
export function parseHttpAnswer(text: string): HttpAnswer | null {
  const end = /\r?\n\r?\n/.exec(text);
  const status = /^HTTP\/\S+ (\d{3})\b/.exec(text)?.[1];
  if (status === undefined || end === null) return null;
  const headers = text
    .slice(0, end.index)
    .split(/\r?\n/)
    .slice(1)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 1
        ? []
        : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const];
    });
  return {
    status: Number(status),
    headers: new Map(headers),
    body: text.slice(end.index + end[0].length),
  };
}

export interface ToldLimit {
  readonly name: string;
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** ms UTC. */
  readonly resetAt: number;
}

export function limitOf({ headers }: HttpAnswer): ToldLimit | null {
  const number = (name: string): number => Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN);
  const [limit, remaining, reset] = [number('limit'), number('remaining'), number('reset')];
  if (![limit, remaining, reset].every(Number.isFinite)) return null;
  return {
    name: headers.get('x-ratelimit-resource') ?? 'core',
    limit,
    remaining,
    used: limit - remaining,
    resetAt: reset * 1_000,
  };
}
