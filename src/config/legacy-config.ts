import { isRecord } from '../lib/is-record.ts';
import type { KeyPath } from './config-error.ts';
import type { SourceDocument } from './source-document.ts';

/** Something in the file that is not an error but that its author should know. */
export interface ConfigNote {
  readonly line: number | null;
  readonly keyPath: string;
  readonly message: string;
  /** What its author may do about it. */
  readonly todo: string;
}

interface Rename {
  readonly from: string;
  /** Null: it has no counterpart. */
  readonly to: readonly [string, string] | null;
  readonly why: string;
}

const RENAMES: readonly Rename[] = [
  {
    from: 'readyThresholdMs',
    to: ['lifecycle', 'readyThreshold'],
    why: 'read as lifecycle.readyThreshold',
  },
  {
    from: 'worktreeDir',
    to: null,
    why: 'does not apply: worktrees are kept in the data directory',
  },
  {
    from: 'terminalPort',
    to: null,
    why: 'does not apply: the terminal is served on the same port as everything else',
  },
  {
    from: 'directTerminalPort',
    to: null,
    why: 'does not apply: the terminal is served on the same port as everything else',
  },
];

const note = (document: SourceDocument, path: KeyPath, message: string): ConfigNote => {
  const { line, keyPath } = document.error(path, message);
  return { line, keyPath, message, todo: 'Take the key out, or leave it for later.' };
};

/** Turns the keys of agent-orchestrator.yaml that mean the same into ours, in place, with a note for each. */
export function adaptLegacy(raw: unknown, document: SourceDocument): readonly ConfigNote[] {
  if (!isRecord(raw)) return [];
  const notes = [
    note(document, [], 'read as ao.yaml; rename the file when you are content with the notes'),
  ];
  for (const { from, to, why } of RENAMES) {
    if (!(from in raw)) continue;
    notes.push(note(document, [from], why));
    if (to !== null) {
      const [section, key] = to;
      raw[section] = { ...(isRecord(raw[section]) ? raw[section] : {}), [key]: raw[from] };
    }
    delete raw[from];
  }
  for (const [id, project] of Object.entries(isRecord(raw.projects) ? raw.projects : {})) {
    const agentConfig = isRecord(project) ? project.agentConfig : null;
    if (!isRecord(agentConfig) || agentConfig.permissions !== 'skip') continue;
    agentConfig.permissions = 'permissionless';
    notes.push(
      note(
        document,
        ['projects', id, 'agentConfig', 'permissions'],
        'skip is read as permissionless',
      ),
    );
  }
  return notes;
}

/** Removes keys the schema does not know, in place, with a note for each. */
export function dropUnknown(
  raw: unknown,
  unknown: ReadonlyArray<{ path: KeyPath; keys: readonly string[] }>,
  document: SourceDocument,
): readonly ConfigNote[] {
  return unknown.flatMap(({ path, keys }) => {
    const owner = path.reduce<unknown>(
      (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
      raw,
    );
    if (!isRecord(owner)) return [];
    return keys.map((key) => {
      delete owner[key];
      return note(document, [...path, key], 'does not apply here and is ignored');
    });
  });
}
