import type { ConfigNote } from './peers/note.ts';
import type { Config } from './schema/config.ts';
import type { SourceDocument } from './source-document.ts';

/**
 * Typing into an agent's terminal once came with `steer`. A policy that gives people roles and mentions neither the verb
 * `terminal` nor a role that has it was written before; its author should know what changed. One mention anywhere is an answer.
 */
export function accessNotes({ access }: Config, document: SourceDocument): readonly ConfigNote[] {
  const given = [...Object.values(access.users), ...Object.values(access.groups)].flat();
  const steers = given.some(
    (role) => role === 'member' || access.roles[role]?.includes('steer') === true,
  );
  const answered =
    access.verbs.terminal !== undefined ||
    (access.roles.lead === undefined && given.includes('lead')) ||
    Object.values(access.roles).some((verbs) => verbs.includes('terminal'));
  if (answered || !(steers || access.verbs.steer !== undefined)) return [];
  const message =
    "typing into an agent's terminal in the browser needs the verb terminal, and no longer comes with steer: it is as much as a shell on this host. Nobody named here has it but admins.";
  const { line, keyPath } = document.error(['access'], message);
  return [
    {
      line,
      keyPath,
      message,
      todo: 'Give people the role lead, name them in access.verbs.terminal, or write  terminal: []  there.',
    },
  ];
}
