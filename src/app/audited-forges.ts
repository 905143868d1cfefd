/** Everything that is written to a forge goes into the audit log, whoever in ao asks for it, and carries no secret there. */
import type { AuditEntry } from '../domain/session/audit.ts';
import type { Actor } from '../domain/session/ids.ts';
import { type Redact, redactDeep } from '../lib/redact.ts';
import type { ScmPlugin } from '../slots/scm.ts';
import type { TrackerPlugin } from '../slots/tracker.ts';
import type { PluginInstances } from './plugin-instances.ts';

type Calls<T> = {
  [K in keyof T as NonNullable<T[K]> extends (...args: never[]) => unknown ? K : never]: T[K];
};
/**
 * A new method of the contract must say which it is. `writes text`: a bare string after the first argument is what people read;
 * the last argument is the key of the write.
 */
type Kind = 'reads' | 'writes' | 'writes text';
type Kinds<T> = Readonly<Record<keyof Calls<Required<T>>, Kind>>;

const SCM_CALLS: Kinds<ScmPlugin> = {
  start: 'reads',
  stop: 'reads',
  pullRequests: 'reads',
  nextLook: 'reads',
  read: 'reads',
  resolve: 'reads',
  head: 'reads',
  moved: 'reads',
  unreadable: 'reads',
  onChange: 'reads',
  details: 'reads',
  checkLog: 'reads',
  create: 'writes',
  merge: 'writes',
  deleteBranch: 'writes',
  moveStacked: 'writes',
  rerun: 'writes',
  updateBranch: 'writes',
  markReady: 'writes',
  askAgain: 'writes',
  review: 'writes',
  comment: 'writes',
  resolveThread: 'writes',
  close: 'writes',
  diff: 'reads',
  changedFiles: 'reads',
  changes: 'reads',
  permission: 'reads',
  codeOwners: 'reads',
  quota: 'reads',
  webhook: 'reads',
  doctor: 'reads',
};

const TRACKER_CALLS: Kinds<TrackerPlugin> = {
  get: 'reads',
  recognises: 'reads',
  list: 'reads',
  unreadable: 'reads',
  comment: 'writes text',
  update: 'writes',
  create: 'writes',
  doctor: 'reads',
};

type Audit = (entry: Omit<AuditEntry, 'at'>) => void;

export function auditedForges(
  plugins: PluginInstances,
  audit: Audit,
  redact: Redact,
): PluginInstances {
  const known = new WeakMap<object, object>();
  const once = <T extends object>(plugin: T, wrap: () => T): T => {
    const found = known.get(plugin) ?? wrap();
    known.set(plugin, found);
    return found as T;
  };
  return {
    ...plugins,
    scm(project) {
      const scm = plugins.scm(project);
      return once(scm, () => audited(scm, SCM_CALLS, `scm.`, project, { audit, redact }));
    },
    tracker(project) {
      const tracker = plugins.tracker(project);
      return once(tracker, () =>
        audited(tracker, TRACKER_CALLS, 'tracker.', project, { audit, redact }),
      );
    },
  };
}

/** The row is there before the forge is asked, so that no write is without one; a failure is a row more. */
function audited<T extends object>(
  plugin: T,
  kinds: Readonly<Record<string, Kind>>,
  prefix: string,
  project: string,
  { audit, redact }: { readonly audit: Audit; readonly redact: Redact },
): T {
  return new Proxy(plugin, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof name !== 'string' || typeof value !== 'function') return value;
      const kind = kinds[name];
      if (kind !== 'writes' && kind !== 'writes text') return value.bind(target);
      return async (...given: readonly unknown[]): Promise<unknown> => {
        const args = given.map((arg, index) =>
          kind === 'writes text' && typeof arg === 'string' && isText(index, given)
            ? redact(arg)
            : withoutSecrets(arg, redact),
        );
        const row = { ...whoAsked(args), action: `${prefix}${name}`, session: null };
        audit({ ...row, detail: `${project}: ${words(args)}`, allowed: true });
        try {
          return await value.apply(target, args);
        } catch (error) {
          audit({
            ...row,
            detail: `${project}: failed: ${error instanceof Error ? error.message : String(error)}`,
            allowed: false,
          });
          throw error;
        }
      };
    },
  });
}

const isText = (index: number, args: readonly unknown[]): boolean =>
  index > 0 && index < args.length - 1;

/** What people read at the forge. Names of branches, commits and keys are what they are, or the call would be about something else. */
const READ = new Set(['title', 'body', 'text', 'labels', 'addLabels']);

const withoutSecrets = (arg: unknown, redact: Redact): unknown =>
  typeof arg === 'object' && arg !== null && !Array.isArray(arg)
    ? Object.fromEntries(
        Object.entries(arg).map(([key, value]) => [
          key,
          READ.has(key) ? redactDeep(value, redact) : value,
        ]),
      )
    : arg;

/** Merges and reviews are in a person's name; the rest is ao's own. */
function whoAsked(args: readonly unknown[]): { subject: string; via: string } {
  const by = args.flatMap((arg) =>
    typeof arg === 'object' && arg !== null && 'by' in arg ? [arg.by as Actor] : [],
  )[0];
  return by === undefined
    ? { subject: 'system:ao', via: 'system' }
    : { subject: by.subject, via: by.via };
}

const LONGEST = 400;
/** Names, numbers and commits; long texts are in the forge itself. */
const words = (args: readonly unknown[]): string =>
  JSON.stringify(args, (key, value: unknown) =>
    key === 'by'
      ? undefined
      : typeof value === 'string' && value.length > 80
        ? `${value.slice(0, 80)}…`
        : value,
  )
    .slice(1, -1)
    .slice(0, LONGEST);
