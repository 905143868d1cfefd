/** Talks to a running bot over HTTP, as the page and other clients do. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  text(path: string): Promise<string>;
  post<T>(path: string, body: unknown): Promise<T>;
}

/** The address and token may change with a restart, so they are read at every call. Anything but 2xx throws with the answer's text. */
export function apiClient(connection: { readonly url: string; readonly token: string }): ApiClient {
  const read = async (method: string, path: string, body?: unknown): Promise<string> => {
    const response = await fetch(`${connection.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${connection.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  };
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
    JSON.parse(await read(method, path, body)) as T;
  return {
    get: (path) => call('GET', path),
    text: (path) => read('GET', path),
    post: (path, body) => call('POST', path, body),
  };
}
