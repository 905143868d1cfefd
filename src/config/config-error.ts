/** One thing that is wrong with the configuration. The bot does not start while there is any. */
export interface ConfigError {
  /** Absolute path; null when the value came from the environment. */
  readonly file: string | null;
  /** 1-based; null where there is no place to point at. */
  readonly line: number | null;
  readonly column: number | null;
  /** E.g. `projects.app.merge.method`; empty for the file as a whole. */
  readonly keyPath: string;
  /** What is wrong and what would be right. */
  readonly message: string;
  /** The valid name that was probably meant. */
  readonly nearest: string | null;
}

/** `ao.yaml:12:3: projects.app.agnt: unknown key. Did you mean agent?` */
export function formatConfigError(error: ConfigError): string {
  const place = [error.file, error.line, error.column].filter((part) => part !== null).join(':');
  const hint = error.nearest === null ? '' : ` Did you mean ${error.nearest}?`;
  return [place, error.keyPath, `${error.message}${hint}`].filter((part) => part !== '').join(': ');
}

export type KeyPath = ReadonlyArray<string | number>;

/** `projects.app.checks[0].run` */
export const formatKeyPath = (path: KeyPath): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`,
    '',
  );

/** Adds an error at a key path; `meant` is the nearest word that would be right. */
export type Fail = (path: KeyPath, message: string, meant?: string | null) => void;
