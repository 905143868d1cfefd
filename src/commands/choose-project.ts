import type { Refusal } from '../domain/session/decision.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Project } from '../lifecycle/plugins.ts';
import { type CommandParts, refusal } from './parts.ts';
import type { Place } from './requests.ts';

/** Named, else the channel's, else the only one. Never a guess. */
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
  const bound = request.channel === null ? null : parts.channelProject(request.channel);
  const chosen =
    projects.find((project) => project.id === bound) ??
    (projects.length === 1 ? projects[0] : undefined);
  return chosen === undefined
    ? refusal(
        'AO_PROJECT_AMBIGUOUS',
        `No project for this channel. Say --project with one of: ${names}.`,
      )
    : ok(chosen);
}
