import { isRecord } from '../../lib/is-record.ts';
import type { KeyPath } from '../config-error.ts';
import type { SourceDocument } from '../source-document.ts';
import { type ConfigNote, existing, note, projectsOf, type Raw, section } from './note.ts';

/** A notifier that needs no entry in the file, because variables of the environment say what it needs. */
interface FromVariables {
  readonly plugin: string;
  /** Setting -> the variables that give it, the first that is set. The first setting is the one it can't do without. */
  readonly settings: Readonly<Record<string, readonly string[]>>;
}

/** A variable of this product. */
const ours = (name: string): string => `AO_${name}`;

/** Variables of the peers' documentation, ours first where both have one. */
const FROM_VARIABLES: Readonly<Record<string, FromVariables>> = {
  slack: {
    plugin: 'slack-webhook',
    settings: { url: [ours('SLACK_WEBHOOK_URL'), 'SLACK_WEBHOOK_URL'] },
  },
  discord: {
    plugin: 'discord-webhook',
    settings: { url: [ours('DISCORD_WEBHOOK_URL'), 'DISCORD_WEBHOOK_URL'] },
  },
  ntfy: {
    plugin: 'ntfy',
    settings: {
      topic: [ours('NTFY_TOPIC')],
      server: [ours('NTFY_URL')],
      token: [ours('NTFY_TOKEN')],
    },
  },
  webhook: {
    plugin: 'webhook',
    settings: { url: [ours('WEBHOOK_URL')], secret: [ours('WEBHOOK_SECRET')] },
  },
  composio: { plugin: 'composio', settings: { apiKey: ['COMPOSIO_API_KEY'] } },
  openclaw: { plugin: 'openclaw', settings: { token: ['OPENCLAW_HOOKS_TOKEN'] } },
};

/** The peers' names of settings, and ours. */
const RENAMED: Readonly<Record<string, string>> = {
  webhook: 'url',
  webhookUrl: 'url',
  webhookURL: 'url',
  composioApiKey: 'apiKey',
  defaultApp: 'app',
  channelId: 'channel',
  channelName: 'channel',
};
/** Theirs, without a counterpart: each post is a POST, and what failed is sent again by the outbox. */
const DROPPED = ['username', 'method', 'retries', 'retryDelayMs'];

/**
 * Notifiers `slack`, `discord`, `ntfy` and `webhook`, named without an entry, are made from their variables; entries with the peers'
 * names of plugins and settings get ours. One whose variable isn't set is left out of a peer's file with a note, as there; in ao.yaml it
 * stays an error.
 */
export function notifierNames(
  raw: Raw,
  document: SourceDocument,
  peer: boolean,
): readonly ConfigNote[] {
  const notes = renamed(raw, document);
  const entries = existing(raw, 'notifiers') ?? {};
  const missing = new Set<string>();
  for (const name of namesUsed(raw)) {
    const known = Object.hasOwn(FROM_VARIABLES, name) ? FROM_VARIABLES[name] : undefined;
    if (known === undefined || name in entries) continue;
    const settings = settingsOf(known, document);
    if (settings === null) missing.add(name);
    else {
      const section_ = section(raw, 'notifiers');
      if (section_ !== null) section_[name] = { plugin: known.plugin, ...settings };
      notes.push(
        note(document, placeOf(raw, name), `the notifier ${name} is made from its variables`, ''),
      );
    }
  }
  if (peer)
    for (const name of missing) {
      const message = `the notifier ${name} is left out: ${variablesOf(name)} isn't set`;
      notes.push(note(document, placeOf(raw, name), message, `Set ${variablesOf(name)}.`));
    }
  if (peer && missing.size > 0) leaveOut(raw, missing);
  return notes;
}

/** The variable without which a notifier of this name can't be made: for the sentence that says so. Null: no such notifier. */
export function variablesOf(name: string): string | null {
  const known = Object.hasOwn(FROM_VARIABLES, name) ? FROM_VARIABLES[name] : undefined;
  return known === undefined ? null : (Object.values(known.settings)[0] ?? []).join(' or ');
}

function settingsOf(known: FromVariables, document: SourceDocument): Raw | null {
  const settings: Raw = {};
  for (const [key, variables] of Object.entries(known.settings)) {
    const value = variables.map((name) => document.fromEnvironment(name)).find(Boolean);
    if (value !== undefined) settings[key] = value;
  }
  const [needed = ''] = Object.keys(known.settings);
  return needed in settings ? settings : null;
}

/** Entries with the peers' names of plugins and settings. */
function renamed(raw: Raw, document: SourceDocument): ConfigNote[] {
  const notes: ConfigNote[] = [];
  for (const [name, entry] of Object.entries(existing(raw, 'notifiers') ?? {})) {
    if (!isRecord(entry)) continue;
    const plugin = typeof entry.plugin === 'string' ? entry.plugin : name;
    const known = Object.hasOwn(FROM_VARIABLES, plugin) ? FROM_VARIABLES[plugin] : undefined;
    if (known === undefined) continue;
    if (plugin !== known.plugin) {
      entry.plugin = known.plugin;
      const todo = `Write plugin: ${known.plugin} instead.`;
      notes.push(note(document, ['notifiers', name], `${plugin} is read as ${known.plugin}`, todo));
    }
    notes.push(...renamedSettings(name, entry, document));
    fillFromVariables(known, entry, document);
    for (const key of droppedOf(known))
      if (key in entry) {
        delete entry[key];
        notes.push(note(document, ['notifiers', name, key], "doesn't apply here and is ignored"));
      }
  }
  return notes;
}

function renamedSettings(name: string, entry: Raw, document: SourceDocument): ConfigNote[] {
  return Object.entries(RENAMED).flatMap(([theirs, ours]) => {
    if (!(theirs in entry) || ours in entry) return [];
    entry[ours] = entry[theirs];
    delete entry[theirs];
    return [
      note(document, ['notifiers', name, theirs], `read as ${ours}`, `Write ${ours} instead.`),
    ];
  });
}

/** What an entry can't do without and doesn't say comes from its variable, as there. */
function fillFromVariables(known: FromVariables, entry: Raw, document: SourceDocument): void {
  const [needed = ''] = Object.keys(known.settings);
  const value = settingsOf(known, document)?.[needed];
  if (!(needed in entry) && value !== undefined) entry[needed] = value;
}

/** A webhook posts to its own channel; Composio asks which. */
const droppedOf = (known: FromVariables): readonly string[] =>
  known.plugin === 'composio' ? DROPPED : [...DROPPED, 'channel'];

interface Place {
  readonly path: KeyPath;
  readonly owner: Raw;
  readonly key: string;
}

/** Every list of names of notifiers. */
function listsOf(raw: Raw): readonly Place[] {
  const routes = (owner: Raw, path: KeyPath): Place[] => {
    const route = existing(owner, 'notificationRouting');
    return route === null
      ? []
      : Object.keys(route).map((key) => ({
          path: [...path, 'notificationRouting', key],
          owner: route,
          key,
        }));
  };
  const defaults = existing(raw, 'defaults');
  const places: Place[] = [
    ...(defaults === null
      ? []
      : [{ path: ['defaults', 'notifiers'], owner: defaults, key: 'notifiers' }]),
    ...routes(raw, []),
    ...projectsOf(raw).flatMap(([id, project]) => [
      { path: ['projects', id, 'notifiers'], owner: project, key: 'notifiers' },
      ...routes(project, ['projects', id]),
    ]),
  ];
  return places.filter(({ owner, key }) => Array.isArray(owner[key]));
}

const namesUsed = (raw: Raw): ReadonlySet<string> =>
  new Set(
    listsOf(raw)
      .flatMap(({ owner, key }) => owner[key] as readonly unknown[])
      .filter((name) => typeof name === 'string'),
  );

/** Where a notifier is named first. */
function placeOf(raw: Raw, name: string): KeyPath {
  for (const { path, owner, key } of listsOf(raw)) {
    const index = (owner[key] as readonly unknown[]).indexOf(name);
    if (index >= 0) return [...path, index];
  }
  return [];
}

function leaveOut(raw: Raw, names: ReadonlySet<string>): void {
  for (const { owner, key } of listsOf(raw))
    owner[key] = (owner[key] as readonly unknown[]).filter(
      (name) => typeof name !== 'string' || !names.has(name),
    );
}
