/** A body that is text, as Octokit gives it: it takes what names no charset for bytes. */
export const textOf = (data: unknown): string =>
  data instanceof ArrayBuffer ? new TextDecoder().decode(data) : String(data);
