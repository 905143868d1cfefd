import { z } from 'zod';
import type { Refusal } from '../../domain/session/decision.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import { ok, type Result } from '../../lib/result.ts';
import { OptionalText } from '../input.ts';
import { audit, decideFor, refusal } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

interface Given {
  readonly option: string | null;
  readonly text: string | null;
}

/** Answers a question or a permission request. `request` null: the only one that is open. */
export const answer = ofSession({
  name: 'answer',
  when: 'later',
  // Letting the agent use a tool is another right than answering.
  verb: ({ snapshot }, request) =>
    snapshot !== null && permissionAsked(snapshot, request) ? ['answer', 'approve-tool'] : 'answer',
  agents: 'nobody',
  action: 'answer',
  http: post({
    path: '/api/sessions/:id/answer',
    tag: 'control',
    summary: 'Answer a question or permission request',
    body: z
      .object({ request: z.string().nullish(), option: z.string().nullish(), text: OptionalText })
      .refine((body) => (body.option != null) !== (body.text != null), {
        message: 'give an option or a text',
      }),
    response: Session,
    args: ({ body }) => [
      body.request ?? null,
      { option: body.option ?? null, text: body.text ?? null },
    ],
  }),
  async run({ parts, actor, snapshot }: SessionCall, request: string | null, given: Given) {
    const { id } = snapshot.session;
    const wanted = wantedOf(snapshot, request);
    if (!wanted.ok) return wanted;
    const known = snapshot.requests.find((candidate) => candidate.id === wanted.value);
    const option = given.option ?? optionByLabel(known, given.text);
    const action = known?.kind === 'permission' ? 'decide permission' : 'answer question';
    audit(parts, actor, action, id, null, `${wanted.value}: ${option ?? 'in words'}`);
    return decideFor(parts, actor, id, {
      type: 'answer',
      request: wanted.value,
      option,
      text: given.option === null ? given.text : null,
    });
  },
});

function wantedOf(snapshot: Snapshot, request: string | null): Result<string, Refusal> {
  const open = snapshot.requests.filter((candidate) => candidate.answer === null);
  const wanted = request ?? (open.length === 1 ? open[0]?.id : undefined);
  if (wanted !== undefined) return ok(wanted);
  return refusal(
    'AO_STALE',
    open.length === 0
      ? `${snapshot.session.id} has no open question.`
      : 'More than one question is open. Answer in its card.',
  );
}

function permissionAsked(snapshot: Snapshot, request: string | null): boolean {
  const wanted = wantedOf(snapshot, request);
  return (
    wanted.ok &&
    snapshot.requests.find((candidate) => candidate.id === wanted.value)?.kind === 'permission'
  );
}

/** People type the label; buttons send the id. */
function optionByLabel(
  request: { options: ReadonlyArray<{ id: string; label: string }> } | undefined,
  text: string | null,
): string | null {
  const wanted = (text ?? '').trim().toLowerCase();
  const options = request?.options ?? [];
  return (
    options.find(
      (option) => option.label.toLowerCase() === wanted || option.id.toLowerCase() === wanted,
    )?.id ?? null
  );
}
