import type { Refusal } from '../domain/session/decision.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Project } from '../lifecycle/plugins.ts';
import { type CommandParts, refusal } from './parts.ts';
import type { Place } from './requests.ts';

/** Named, else the channel's, else the only one, else the one that the words name. Never a guess. */
export function chooseProject(parts: CommandParts, request: Place): Result<Project, Refusal> {
  const projects = parts.plugins.projects().filter((project) => project.enabled);
  const names = projects.map((project) => project.id).join(', ');
  if (request.project !== null) {
    const named = projects.find((project) => project.id === request.project);
    return named === undefined
      ? refusal(
          'AO_PROJECT_UNKNOWN',
          `There is no project "${request.project}". The projects are: ${names}.`,
        )
      : ok(named);
  }
  const ids = projects.map((project) => project.id);
  const words = request.text ?? '';
  const bound = request.channel === null ? null : parts.channelProject(request.channel);
  const id =
    addressed(words, ids) ??
    ids.find((each) => each === bound) ??
    (ids.length === 1 ? ids[0] : mentioned(words, ids));
  const chosen = projects.find((project) => project.id === id);
  return chosen === undefined
    ? refusal(
        'AO_PROJECT_AMBIGUOUS',
        `No project for this channel. Say --project with one of: ${names}.`,
      )
    : ok(chosen);
}

const escaped = (id: string): string => id.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const only = (ids: readonly string[]): string | null =>
  ids.length === 1 ? (ids[0] ?? null) : null;
/** What was forwarded with the words is somebody else's and chooses nothing. */
const ownWords = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n');

/** "web: fix the login" and "… in the project web" say which, whatever the channel. */
const addressed = (text: string, ids: readonly string[]): string | null =>
  only(
    ids.filter((id) =>
      new RegExp(
        String.raw`^\s*${escaped(id)}:\s|\bproject\s+["“]?${escaped(id)}(?![\w-])|(?<![\w-])${escaped(id)}["”]?\s+project\b`,
        'i',
      ).test(ownWords(text)),
    ),
  );

/** The only project whose name is among the words. */
const mentioned = (text: string, ids: readonly string[]): string | null =>
  only(
    ids.filter((id) =>
      new RegExp(String.raw`(?<![\w/.-])${escaped(id)}(?![\w/-])`, 'i').test(ownWords(text)),
    ),
  );
