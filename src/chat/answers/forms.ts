/** Forms. Their ids are button ids, so that a submit says what it is for. */

import type { ThreadView } from '../../commands/view/review.ts';
import type { SessionView } from '../../commands/views.ts';
import { issueName } from '../../domain/text/issue-name.ts';
import type { ChatReply, Form, FormField } from '../../slots/chat.ts';
import { type ButtonVerb, buttonId, isArgument } from '../words/button-id.ts';
import { oneLine, person, shortSha } from '../words/wording.ts';
import type { Asker, InboundDeps } from './inbound-deps.ts';
import { refused, say } from './refusals.ts';

/** `text` prefills the task ("Spawn from this message"). */
export async function spawnForm(
  asker: Asker,
  deps: InboundDeps,
  prefill: { readonly text: string | null },
): Promise<ChatReply> {
  // The form shows issues and projects: only to those who may start something.
  const denied = deps.access.may(asker.actor, 'spawn');
  if (denied !== null) return refused(denied, deps, asker);
  const { commands } = deps;
  const listed = commands.projects(asker.actor);
  if (!listed.ok) return refused(listed.error, deps, asker);
  const projects = listed.value;
  const only = projects.length === 1 ? (projects[0] ?? null) : null;
  const fields = [
    ...(projects.length > 1
      ? [
          select(
            'project',
            'Project',
            false,
            projects.map((project) => [project.id, project.name]),
          ),
        ]
      : []),
    await issueField(deps, asker, only?.id ?? null),
    {
      id: 'text',
      label: 'Or a free text',
      kind: 'multiline',
      optional: true,
      placeholder: 'Make the login test stable',
      ...(prefill.text === null ? {} : { initial: prefill.text }),
    } satisfies FormField,
    ...agentField(agentNames(asker, deps)),
    {
      id: 'prompt',
      label: 'More words for the agent',
      kind: 'text',
      optional: true,
    } satisfies FormField,
  ];
  return {
    form: { id: buttonId('spawn_form', null), title: 'Start a session', submit: 'Spawn', fields },
  };
}

/** Agents to choose from; none for somebody who may not look. */
export function agentNames(asker: Asker, deps: InboundDeps): readonly string[] {
  const listed = deps.commands.agents(asker.actor);
  return listed.ok ? listed.value : [];
}

/** A picker when there is one project with open issues and a tracker that answers; else a text field. */
async function issueField(
  deps: InboundDeps,
  asker: Asker,
  project: string | null,
): Promise<FormField> {
  const listed =
    project === null
      ? null
      : await deps.commands.issues(asker.actor, { project, text: null, state: 'open' });
  const free = listed?.ok === true ? listed.value.filter((issue) => issue.session === null) : [];
  if (free.length === 0)
    return {
      id: 'issue',
      label: 'Issue',
      kind: 'text',
      optional: true,
      placeholder: '42, or an address',
    };
  return select(
    'issue',
    'Issue',
    true,
    free.map((issue) => [issue.id, `${issueName(issue.id)} ${issue.title}`]),
  );
}

function agentField(agents: readonly string[]): readonly FormField[] {
  return agents.length < 2
    ? []
    : [
        select(
          'agent',
          'Agent',
          true,
          agents.map((agent) => [agent, agent]),
        ),
      ];
}

/** Platforms bear 25 options of 75 characters. */
function select(
  id: string,
  label: string,
  optional: boolean,
  options: ReadonlyArray<readonly [value: string, label: string]>,
): FormField {
  return {
    id,
    label,
    kind: 'select',
    optional,
    options: options.slice(0, 25).map(([value, text]) => ({ value, label: oneLine(text, 70) })),
  };
}

/** One multi-line text for one purpose. */
function textForm(
  verb: ButtonVerb,
  session: string,
  arg: string | null,
  words: { title: string; submit: string; label: string; optional: boolean; placeholder?: string },
): ChatReply {
  const field: FormField = {
    id: 'text',
    label: words.label,
    kind: 'multiline',
    optional: words.optional,
    ...(words.placeholder === undefined ? {} : { placeholder: words.placeholder }),
  };
  const form: Form = {
    id: buttonId(verb, session, arg),
    title: words.title,
    submit: words.submit,
    fields: [field],
  };
  return { form };
}

export const requestChangesForm = (session: SessionView, pin: string | null): ChatReply =>
  textForm('request_changes', session.id, pin, {
    title: `Request changes, ${session.id}`,
    submit: 'Send',
    label:
      pin === null || session.pr === null
        ? 'What should change?'
        : `What should change at ${shortSha(session.pr.headSha)}?`,
    optional: false,
    placeholder: 'The agent gets this text as it is.',
  });

export const interruptForm = (session: string): ChatReply =>
  textForm('interrupt', session, null, {
    title: `Interrupt ${session}`,
    submit: 'Interrupt',
    label: 'What should the agent do instead?',
    optional: true,
  });

/** To another agent, or to another person, whichever there is; with both, one of them is chosen. */
export function handoffForm(session: SessionView, asker: Asker, deps: InboundDeps): ChatReply {
  const agents = agentNames(asker, deps).filter((name) => name !== session.agent);
  const people = deps.people
    .known(asker.platform)
    .filter((one) => one.subject !== session.owner.subject);
  if (agents.length + people.length === 0)
    return say(`There is no other agent for ${session.id}, and nobody else has spoken to ao here.`);
  const both = agents.length > 0 && people.length > 0;
  const fields: readonly FormField[] = [
    ...(agents.length === 0
      ? []
      : [
          select(
            'agent',
            oneLine(`Agent instead of ${session.agent}`, 45),
            both,
            agents.map((name) => [name, name]),
          ),
          {
            id: 'text',
            label: 'Words for it',
            kind: 'multiline',
            optional: true,
            placeholder: 'It gets a summary of what was done in any case.',
          } as const,
        ]),
    ...(people.length === 0
      ? []
      : [
          select(
            'person',
            oneLine(`${both ? 'Or a person' : 'Person'} instead of ${person(session.owner)}`, 45),
            both,
            people.map((one) => [one.subject, one.name]),
          ),
        ]),
  ];
  return {
    form: {
      id: buttonId('handoff', session.id),
      title: oneLine(`Hand over ${session.id}`, 24),
      submit: 'Hand over',
      fields,
    },
  };
}

export const otherAnswerForm = (session: string, request: string): ChatReply =>
  textForm('other', session, request, {
    title: `Answer, ${session}`,
    submit: 'Answer',
    label: 'Your answer',
    optional: false,
  });

export const replyForm = (session: string, key: string): ChatReply =>
  textForm('reply', session, key, {
    title: `Reply, ${session}`,
    submit: 'Send',
    label: 'To the agent',
    optional: false,
  });

/** `arg`: the argument of the button that opened it. */
export function replyThreadForm(
  session: SessionView,
  arg: string,
  threads: readonly ThreadView[],
): ChatReply {
  const thread = threads.find((one) => isArgument(arg, one.id));
  const where =
    thread === undefined
      ? 'the review'
      : thread.file === null
        ? thread.ref
        : `${thread.ref}, ${thread.file}`;
  return textForm('reply_thread', session.id, arg, {
    title: `Reply to the review, ${session.id}`,
    submit: 'Reply',
    label: oneLine(`Your reply to ${where}`, 60),
    optional: false,
  });
}
