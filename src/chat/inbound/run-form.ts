/** Submitted forms to use cases. A field error keeps the form open. */
import type { SessionView } from '../../commands/views.ts';
import type { ChatReply } from '../../slots/chat.ts';
import { runRaiseForm } from '../answers/budgets.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';
import { alreadyDone, refused, sayNo, stalePress } from '../answers/refusals.ts';
import { threadOfButton } from '../answers/threads-reply.ts';
import { parseCommand } from '../grammar/grammar.ts';
import { findRequest } from '../thread/request-card.ts';
import { parseButtonId } from '../words/button-id.ts';
import { runCommand } from './run-command.ts';

type Values = Readonly<Record<string, string>>;

export async function runForm(
  input: { readonly form: string; readonly values: Values },
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const target = parseButtonId(input.form);
  if (target?.verb === 'spawn_form') return runSpawnForm(input.values, asker, deps);
  if (target?.verb === 'raise')
    return runRaiseForm(target.arg, input.values.text ?? '', asker, deps);
  if (target === null || target.session === null)
    return sayNo('This form is too old. Please open it again.');
  const found = deps.commands.session(asker.actor, target.session);
  if (!found.ok) return refused(found.error, deps, asker);
  if (target.verb === 'handoff') return runHandoffForm(input.values, found.value, asker, deps);
  return runTextForm(
    target.verb,
    target.arg,
    input.values.text?.trim() ?? '',
    found.value,
    asker,
    deps,
  );
}

async function runTextForm(
  verb: string,
  arg: string | null,
  text: string,
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const { commands } = deps;
  const { actor, key } = asker;
  if (text === '' && verb !== 'interrupt')
    return { errors: { text: 'Write something, or close the form.' } };
  switch (verb) {
    case 'request_changes': {
      const moved = stalePress(verb, arg, session);
      if (moved !== null) return { ...moved, refused: true };
      const asked = await commands.review(actor, session.id, {
        decision: 'request_changes',
        text,
        file: null,
        line: null,
        sha: arg === null ? null : (session.pr?.headSha ?? null),
        base: arg === null ? null : (session.pr?.base ?? null),
        key,
      });
      return asked.ok ? {} : sayNo(alreadyDone(verb, session, deps.now()) ?? asked.error.message);
    }
    case 'interrupt': {
      const interrupted = await commands.interrupt(actor, session.id, text === '' ? null : text);
      return interrupted.ok ? {} : refused(interrupted.error, deps, asker);
    }
    case 'other': {
      const request = findRequest(arg ?? '', session.openRequests);
      const answered = await commands.answer(actor, session.id, request?.id ?? arg, {
        option: null,
        text,
      });
      return answered.ok ? {} : refused(answered.error, deps, asker);
    }
    case 'reply_thread': {
      const listed = commands.threads(actor, session.id);
      const thread = threadOfButton(arg ?? '', listed.ok ? listed.value : []);
      const replied = await commands.replyThread(actor, session.id, { thread, text, key });
      return replied.ok ? {} : refused(replied.error, deps, asker);
    }
    case 'reply': {
      const sent = await commands.send(actor, session.id, {
        text,
        files: [],
        now: false,
        source: null,
        key,
      });
      if (!sent.ok) return refused(sent.error, deps, asker);
      // A reply is an acknowledgement; one that is no longer needed is no news to the person.
      if (arg !== null && arg !== '') await commands.acknowledge(actor, session.id, arg);
      return {};
    }
    default:
      return sayNo('This form is too old. Please open it again.');
  }
}

async function runHandoffForm(
  values: Values,
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const [agent, chosen] = [values.agent?.trim() ?? '', values.person?.trim() ?? ''];
  if (agent !== '' && chosen !== '')
    return {
      errors: { person: 'Either an agent or a person. Hand it over once more for the other.' },
    };
  if (chosen !== '') return runHandoffToPerson(chosen, session, asker, deps);
  if (agent === '') return { errors: { agent: 'Choose an agent or a person.' } };
  const words = values.text?.trim() ?? '';
  const changed = await deps.commands.changeAgent(asker.actor, session.id, {
    agent,
    model: null,
    words: words === '' ? null : words,
  });
  return changed.ok ? {} : refused(changed.error, deps, asker);
}

async function runHandoffToPerson(
  chosen: string,
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const to = deps.people.known(asker.platform).find((one) => one.subject === chosen);
  if (to === undefined)
    return { errors: { person: 'Nobody here is known by that name any more.' } };
  const handed = await deps.commands.handOver(asker.actor, session.id, to);
  return handed.ok ? {} : refused(handed.error, deps, asker);
}

async function runSpawnForm(values: Values, asker: Asker, deps: InboundDeps): Promise<ChatReply> {
  const value = (id: string): string | null => {
    const text = values[id]?.trim() ?? '';
    return text === '' ? null : text;
  };
  const [issue, text] = [value('issue'), value('text')];
  if (issue === null && text === null)
    return { errors: { text: 'Choose an issue, or say in words what to do.' } };
  if (issue !== null && text !== null)
    return {
      errors: {
        text: 'Give an issue or a free text, not both. More words for the agent go in the last field.',
      },
    };
  const issues = issue === null ? [] : issueList(issue);
  if (issues === null)
    return { errors: { issue: 'Numbers, keys or addresses of issues, e.g. 42 43' } };
  const rest = {
    project: value('project'),
    agent: value('agent'),
    model: value('model'),
    base: value('base'),
    prompt: value('prompt'),
  };
  return runCommand(
    { verb: 'spawn', issues, text, ...rest, plan: false, again: false },
    asker,
    deps,
  );
}

/** The form takes what the command takes. */
function issueList(text: string): readonly string[] | null {
  const parsed = parseCommand(`spawn ${text}`, {
    inThread: false,
    isSession: () => false,
    isProject: () => false,
  });
  return parsed.ok && parsed.value.verb === 'spawn' && parsed.value.issues.length > 0
    ? parsed.value.issues
    : null;
}
