/** Button presses and menu choices to use cases. A button may be old: each is checked against the session as it is now. */
import type { ChatReply } from '../../slots/chat.ts';
import { raiseForm } from '../answers/budgets.ts';
import { spawnForm } from '../answers/forms.ts';
import type { Asker, Draft, InboundDeps } from '../answers/inbound-deps.ts';
import { say } from '../answers/refusals.ts';
import { type ButtonTarget, parseButtonId } from '../words/button-id.ts';
import { quiet, TOO_OLD } from './press.ts';
import { type LooseVerb, runButton } from './run-button.ts';
import { runCommand } from './run-command.ts';
import { EMPTY_SPAWN } from './run-spawn.ts';

export async function runAction(
  input: { readonly action: string; readonly value: string | null },
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const target = parseButtonId(input.action);
  if (target === null) return say(TOO_OLD);
  const { verb } = target;
  if (isLoose(verb)) return LOOSE[verb](target, input.value, asker, deps);
  return target.session === null
    ? say(TOO_OLD)
    : runButton(verb, target, target.session, asker, deps);
}

type Loose = (
  target: ButtonTarget,
  value: string | null,
  asker: Asker,
  deps: InboundDeps,
) => ChatReply | Promise<ChatReply>;

const LOOSE: { readonly [V in LooseVerb]: Loose } = {
  spawn_form: (_, _value, asker, deps) => spawnForm(asker, deps, { text: null }),
  spawn_issue: ({ session, arg }, _value, asker, deps) =>
    runCommand(
      { ...EMPTY_SPAWN, project: session, issues: arg === null ? [] : [arg] },
      asker,
      deps,
    ),
  spawn_again: runDraft,
  run_draft: runDraft,
  pick_project: runDraft,
  pick_session: runDraft,
  send_draft: runDraft,
  restore_draft: runDraft,
  raise: ({ session, arg }, _value, asker, deps) => raiseForm(session, arg, asker, deps),
};

const isLoose = (verb: ButtonTarget['verb']): verb is LooseVerb => Object.hasOwn(LOOSE, verb);

async function runDraft(
  target: ButtonTarget,
  value: string | null,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const draft = target.arg === null ? null : deps.drafts.find(target.arg);
  if (draft === null) return say('This is too old to continue with. Please say it again.');
  if (draft.type === 'message') return runMessageDraft(draft, target, asker, deps);
  const { command } = draft;
  const as: Asker = {
    ...asker,
    files: draft.files ?? [],
    source: draft.source ?? null,
    home: draft.home ?? null,
    key: draft.key ?? asker.key,
  };
  if (target.verb === 'spawn_again' || target.verb === 'run_draft')
    return runCommand(command, as, deps);
  // A menu tells what was chosen, a button carries it.
  const chosen = value ?? target.session;
  if (chosen === null) return say(TOO_OLD);
  if (target.verb === 'pick_project' && 'project' in command)
    return runCommand({ ...command, project: chosen }, as, deps);
  if (target.verb === 'pick_session' && 'session' in command)
    return runCommand({ ...command, session: chosen }, as, deps);
  return say(TOO_OLD);
}

async function runMessageDraft(
  draft: Extract<Draft, { type: 'message' }>,
  target: ButtonTarget,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const { commands } = deps;
  if (target.verb === 'restore_draft')
    return quiet(
      await commands.restore(asker.actor, draft.session, draft.text),
      'restore',
      draft.session,
      asker,
      deps,
    );
  const sent = await commands.send(asker.actor, draft.session, {
    text: draft.text,
    files: draft.files,
    now: false,
    source: draft.source ?? null,
    key: draft.key ?? asker.key,
  });
  return quiet(sent, 'send', draft.session, asker, deps);
}
