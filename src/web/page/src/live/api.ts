/** The HTTP API as the page uses it. Addresses are relative, so the page works below any path. */
import { keyHeader } from './page-key.ts';

class ApiError extends Error {
  readonly status: number;
  /** Permanent code of the refusal, null when the answer was no problem document. */
  readonly code: string | null;

  constructor(status: number, code: string | null, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

export interface Api {
  get<T>(path: string): Promise<T>;
  /** `key` makes a repeated POST do nothing twice. */
  post<T>(path: string, body: object, key?: string): Promise<T>;
}

type Init = Omit<RequestInit, 'headers'> & { readonly headers: Readonly<Record<string, string>> };

/** Throws ApiError with a sentence for people; status 0 when the bot could not be reached. */
export function createApi(onUnauthorised: () => void): Api {
  const call = async <T>(path: string, init: Init): Promise<T> => {
    const response = await fetch(`./api/${path}`, {
      ...init,
      headers: { ...init.headers, ...keyHeader() },
    }).catch(() => null);
    if (!response)
      throw new ApiError(
        0,
        null,
        'ao did not answer. It may be restarting; try again in a moment.',
      );
    if (response.status === 401) onUnauthorised();
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as T;
  };
  return {
    get: (path) => call(path, { headers: { accept: 'application/json' } }),
    post: (path, body, key = crypto.randomUUID()) =>
      call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      }),
  };
}

async function problemOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as {
    detail?: unknown;
    title?: unknown;
    code?: unknown;
  };
  const words = [body.detail, body.title].find((one) => typeof one === 'string' && one !== '');
  return new ApiError(
    response.status,
    typeof body.code === 'string' ? body.code : null,
    typeof words === 'string' ? words : `ao answered ${response.status} and gave no reason.`,
  );
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
