import { createHash } from 'node:crypto';
import { PluginError } from '../../../src/slots/errors.ts';
import type { Engine } from './engine.ts';

/** Labels of every container ao makes. None of them is secret: whoever may use the engine reads them. */
export const LABEL = {
  installation: 'ao.installation',
  session: 'ao.session',
  launch: 'ao.launch',
  port: 'ao.port',
} as const;

/** One container of this bot as a listing shows it. */
export interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

export interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Error: string;
  };
  readonly HostConfig: { readonly Memory: number };
}

/** Two data directories never take each other's containers for their own. */
export const installationOf = (dataDir: string): string =>
  createHash('sha256').update(dataDir).digest('hex').slice(0, 12);

export interface Containers {
  /** All of this bot's, in every state. */
  list(): Promise<readonly Listed[]>;
  /** Null: there is no such container. */
  inspect(id: string): Promise<Inspected | null>;
  /** The session a container is of; one that was moved aside has its name with `-left-…`. */
  sessionOf(container: Listed): string;
  nameOf(session: string): string;
  /** Not an error when it is gone already. */
  remove(id: string): Promise<void>;
}

export function containersOf(engine: Engine, installation: string): Containers {
  const prefix = `ao-${installation}-`;
  const filters = encodeURIComponent(
    JSON.stringify({ label: [`${LABEL.installation}=${installation}`] }),
  );
  return {
    list: () => engine.call<readonly Listed[]>('GET', `/containers/json?all=1&filters=${filters}`),
    inspect: (id) =>
      engine.call<Inspected>('GET', `/containers/${id}/json`).catch((error: unknown) => {
        if (isGone(error)) return null;
        throw error;
      }),
    nameOf: (session) => `${prefix}${session}`,
    sessionOf(container) {
      const name = container.Names[0]?.replace(/^\//, '') ?? '';
      return name.startsWith(prefix)
        ? name.slice(prefix.length)
        : (container.Labels[LABEL.session] ?? '');
    },
    remove: (id) =>
      engine.call<void>('DELETE', `/containers/${id}?force=1&v=1`).catch((error: unknown) => {
        if (!isGone(error) && !isBeingRemoved(error)) throw error;
      }),
  };
}

/** The engine knows no such thing. */
export const isGone = (error: unknown): boolean =>
  error instanceof PluginError && error.kind === 'not_found';

const isBeingRemoved = (error: unknown): boolean =>
  error instanceof Error && /already in progress/.test(error.message);
