import { isRecord } from '../../lib/is-record.ts';
import type { KeyPath } from '../config-error.ts';
import type { SourceDocument } from '../source-document.ts';
import { isTheirFolder } from './names.ts';
import { type ConfigNote, existing, note, projectsOf, type Raw, section } from './note.ts';

const PORT = "doesn't apply: the terminal is served on the same port as everything else";

/** Keys at the top that mean the same under another name (`to`), or nothing here. */
const TOP: ReadonlyArray<{
  readonly from: string;
  readonly to: readonly [string, string] | null;
  readonly why: string;
}> = [
  {
    from: 'readyThresholdMs',
    to: ['lifecycle', 'readyThreshold'],
    why: 'read as lifecycle.readyThreshold',
  },
  {
    from: 'worktreeDir',
    to: null,
    why: "doesn't apply: worktrees are kept in the data directory",
  },
  { from: 'terminalPort', to: null, why: PORT },
  { from: 'directTerminalPort', to: null, why: PORT },
];

/** Their modes of permission that have another name here. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  skip: 'permissionless',
  suggest: 'default',
};

/** Turns the keys of a peer's file that mean the same into ours, in place, with a note for each. */
export function adaptKeys(raw: Raw, document: SourceDocument): readonly ConfigNote[] {
  return [
    note(
      document,
      [],
      'read as ao.yaml; rename the file when you are content with the notes',
      'Rename the file, or leave it.',
    ),
    ...topKeys(raw, document),
    ...dataDir(raw, document),
    ...forge(raw, document),
    ...roles(raw, document),
    ...projectsOf(raw).flatMap(([id, project]) => [
      ...permissions(existing(project, 'agentConfig'), ['projects', id, 'agentConfig'], document),
      ...projectKeys(id, project, document),
    ]),
  ];
}

function topKeys(raw: Raw, document: SourceDocument): readonly ConfigNote[] {
  return TOP.filter(({ from }) => from in raw).map(({ from, to, why }) => {
    if (to !== null) {
      const [group, key] = to;
      const owner = section(raw, group);
      if (owner !== null) owner[key] = raw[from];
    }
    delete raw[from];
    return note(document, [from], why);
  });
}

function dataDir(raw: Raw, document: SourceDocument): readonly ConfigNote[] {
  if (typeof raw.dataDir !== 'string' || !isTheirFolder(raw.dataDir)) return [];
  const message = `doesn't apply: ${raw.dataDir} holds the other program's state; ao keeps its own in ~/.ao`;
  delete raw.dataDir;
  return [note(document, ['dataDir'], message)];
}

/** Both peers take issues and pull requests from GitHub when nothing is said, and may name a plugin by a bare word. */
function forge(raw: Raw, document: SourceDocument): readonly ConfigNote[] {
  const defaults = section(raw, 'defaults');
  const onForge = projectsOf(raw).some(([, { repo }]) => typeof repo === 'string');
  const notes: ConfigNote[] = [];
  for (const slot of ['tracker', 'scm']) {
    if (onForge && defaults !== null && defaults[slot] === undefined) {
      defaults[slot] = 'github';
      const message = `${slot} is github where nothing else is said, as in the program this file was written for`;
      notes.push(note(document, ['defaults'], message, `Write defaults.${slot}: github.`));
    }
    for (const [, project] of projectsOf(raw))
      if (typeof project[slot] === 'string') project[slot] = { plugin: project[slot] };
  }
  return notes;
}

/** `agentConfig` of a role, and the orchestrator's rules. */
function roles(raw: Raw, document: SourceDocument): readonly ConfigNote[] {
  const defaults = existing(raw, 'defaults');
  if (defaults === null) return [];
  const notes: ConfigNote[] = [];
  if (typeof defaults.orchestratorRules === 'string') {
    const orchestrator = section(defaults, 'orchestrator');
    if (orchestrator !== null)
      orchestrator.rules = joined(orchestrator.rules, defaults.orchestratorRules);
    delete defaults.orchestratorRules;
    notes.push(
      note(
        document,
        ['defaults', 'orchestratorRules'],
        'read as defaults.orchestrator.rules',
        'Write defaults.orchestrator.rules instead.',
      ),
    );
  }
  for (const name of ['orchestrator', 'worker']) {
    const role = existing(defaults, name);
    const settings = existing(role, 'agentConfig');
    if (role === null || settings === null) continue;
    const model = name === 'orchestrator' ? settings.orchestratorModel : undefined;
    role.model ??= model ?? settings.model;
    if (role.model === undefined) delete role.model;
    if (typeof settings.rules === 'string') role.rules = joined(role.rules, settings.rules);
    delete role.agentConfig;
    const kept = `read as model and rules of defaults.${name}; permissions are those of the project or of defaults`;
    notes.push(note(document, ['defaults', name, 'agentConfig'], kept));
  }
  return notes;
}

function permissions(
  settings: Raw | null,
  at: KeyPath,
  document: SourceDocument,
): readonly ConfigNote[] {
  const mode = settings?.permissions;
  const ours =
    typeof mode === 'string' && Object.hasOwn(PERMISSIONS, mode) ? PERMISSIONS[mode] : undefined;
  if (settings === null || ours === undefined) return [];
  settings.permissions = ours;
  return [
    note(
      document,
      [...at, 'permissions'],
      `${String(mode)} is read as ${ours}`,
      `Write ${ours} instead.`,
    ),
  ];
}

/** Rules of a project's agents, which the peers keep with the agent's settings. */
function projectKeys(id: string, project: Raw, document: SourceDocument): readonly ConfigNote[] {
  const settings = project.agentConfig;
  if (!isRecord(settings)) return [];
  const moved = (from: string, to: string, value: unknown): ConfigNote[] => {
    delete settings[from];
    project[to] = value;
    return [
      note(
        document,
        ['projects', id, 'agentConfig', from],
        `read as ${to} of the project`,
        `Write ${to} in the project instead.`,
      ),
    ];
  };
  return [
    ...(typeof settings.rules === 'string'
      ? moved('rules', 'agentRules', joined(project.agentRules, settings.rules))
      : []),
    ...(typeof settings.rulesFile === 'string' && project.agentRulesFile === undefined
      ? moved('rulesFile', 'agentRulesFile', settings.rulesFile)
      : []),
  ];
}

const joined = (first: unknown, second: string): string =>
  typeof first === 'string' && first !== '' ? `${first}\n${second}` : second;
