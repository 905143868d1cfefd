import { REACTION_DEFAULTS } from '../domain/reactions/reaction-defaults.ts';
import { EVENT_TYPES } from '../domain/session/event-types.ts';
import { nearest } from '../lib/nearest.ts';
import { conditionError } from './compile-condition.ts';
import type { Fail, KeyPath } from './config-error.ts';
import { templateError } from './render-template.ts';
import type { Config } from './schema/config.ts';
import type { ReactionOverride } from './schema/reactions.ts';

export function reactionsMakeSense(config: Config, fail: Fail): void {
  const places: Array<readonly [KeyPath, Record<string, ReactionOverride>]> = [
    [['reactions'], config.reactions],
    ...Object.entries(config.projects).map(
      ([id, project]) => [['projects', id, 'reactions'], project.reactions] as const,
    ),
  ];
  for (const [path, reactions] of places) {
    for (const [key, reaction] of Object.entries(reactions)) {
      const inherited = path.length > 1 ? config.reactions[key] : undefined;
      checkReaction([...path, key], key, { ...inherited, ...reaction }, fail);
    }
  }
}

function checkReaction(path: KeyPath, key: string, reaction: ReactionOverride, fail: Fail): void {
  const broken = reaction.message === undefined ? null : templateError(reaction.message);
  if (broken !== null) fail([...path, 'message'], `this is not a valid template: ${broken}.`);
  if (REACTION_DEFAULTS[key] === undefined) checkOwnReaction(path, key, reaction, fail);
  else {
    for (const name of ['on', 'condition'] as const) {
      if (reaction[name] !== undefined)
        fail(
          [...path, name],
          `${key} is built in and has its own condition; ${name} belongs to a reaction with a name of yours.`,
        );
    }
  }
}

function checkOwnReaction(
  path: KeyPath,
  key: string,
  reaction: ReactionOverride,
  fail: Fail,
): void {
  if (reaction.on === undefined && reaction.condition === undefined) {
    fail(
      path,
      "this isn't a built-in reaction, and it has neither on (an event) nor condition (an expression).",
      nearest(key, Object.keys(REACTION_DEFAULTS)),
    );
  }
  if (reaction.on !== undefined && !EVENT_TYPES.includes(reaction.on))
    fail(
      [...path, 'on'],
      `there is no event ${reaction.on}. docs/config.md lists them.`,
      nearest(reaction.on, EVENT_TYPES),
    );
  if (reaction.action === undefined) fail(path, 'needs action.');
  if (reaction.action !== 'none' && reaction.message === undefined) fail(path, 'needs message.');
  const broken = reaction.condition === undefined ? null : conditionError(reaction.condition);
  if (broken !== null) fail([...path, 'condition'], `this is not a valid expression: ${broken}.`);
}
