import { describe, expect, it } from 'vitest';
import { EVENT_PARTS, EVENTFUL_SESSION, EVENTS } from '../../../test/fakes/event-samples.ts';
import { NOW, sessionView, steerView } from '../../../test/fakes/views.ts';
import type { SessionView } from '../../commands/views.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import { WENT_ON } from '../../domain/session/recovered.ts';
import { agentSpeech } from '../words/agent-speech.ts';
import { renderPlain } from '../words/render-plain.ts';
import { eventText } from './event-text.ts';
import { postFor } from './timeline.ts';

const { check, pr, dana } = EVENT_PARTS;
const session = EVENTFUL_SESSION;
const all = EVENTS;
const view = (event: SessionEvent) => ({
  seq: 1,
  session: 'app-7',
  project: 'app',
  at: NOW,
  event,
  text: '',
});
const post = (event: SessionEvent, of: SessionView = session) => postFor(view(event), of, 'normal');

describe('the timeline', () => {
  it('reads as written down', async () => {
    const golden = all.map((event) => {
      const verbose = postFor(view(event), session, 'verbose');
      const heard = (['quiet', 'normal', 'verbose'] as const).filter(
        (level) => postFor(view(event), session, level) !== null,
      );
      return `## ${event.type} (${heard.join(', ') || 'never posted'})\n> ${eventText(event, session, NOW)}\n${verbose === null ? '' : `${renderPlain(verbose)}\n`}`;
    });
    await expect(golden.join('\n')).toMatchFileSnapshot('golden/timeline.txt');
  });

  it('has a first line for every event that makes sense alone, also when the session forgot the details', () => {
    const bare = sessionView();
    for (const event of all) {
      const text = eventText(event, bare, NOW);
      expect(text, event.type).toMatch(/^\S.*\S$/);
      expect(text, event.type).not.toMatch(/undefined|null|NaN|\n/);
    }
  });

  it('is quiet in a muted thread', () => {
    const muted = { ...session, muted: true };
    expect(post({ type: 'pr.opened', pr }, muted)).toBeNull();
    expect(post({ type: 'request.opened', request: 'r1' }, muted)).not.toBeNull();
  });

  it('mentions the owner in an escalation, a hand-over and an odd move of the base, reviewers who are to look again, and nobody elsewhere', () => {
    const mentioned = all
      .filter((event) => (postFor(view(event), session, 'verbose')?.mention ?? []).length > 0)
      .map((event) => event.type);
    expect(mentioned.toSorted()).toEqual([
      'base.moved',
      'escalation.raised',
      'review.answered',
      'session.handed_over',
    ]);
  });

  it('a plain run has at most six posts beside its card', () => {
    const sample = (type: SessionEvent['type']): SessionEvent => {
      const found = all.find((event) => event.type === type);
      if (found === undefined) throw new Error(`no sample of ${type}`);
      return found;
    };
    const run: readonly SessionEvent[] = [
      ...(
        [
          'session.spawned',
          'session.admitted',
          'workspace.created',
          'steer.typed',
          'steer.accepted',
          'session.started',
          'session.status',
          'agent.tool',
          'agent.turn_ended',
          'pr.opened',
          'pr.pushed',
          'checks.passed',
          'review.approved',
          'merge.ready',
          'merge.started',
          'pr.merged',
        ] as const
      ).map(sample),
      { type: 'runtime.started', launch: 1, resumed: false },
      { type: 'session.ended', cause: 'merged', by: dana, reason: null },
      sample('workspace.removed'),
    ];
    const plain = sessionView({ ciRounds: 0 });
    const posted = run.filter((event) => post(event, plain) !== null).map(({ type }) => type);
    expect(posted).toEqual([
      'session.started',
      'agent.turn_ended',
      'pr.opened',
      'review.approved',
      'merge.ready',
      'pr.merged',
    ]);
  });

  it('a restart of ao that changed nothing is no post, one that lost something is', () => {
    const lost = { type: 'session.recovered', what: 'The agent ended while ao was down.' } as const;
    expect(post({ type: 'session.recovered', what: WENT_ON })).toBeNull();
    expect(post(lost)).not.toBeNull();
  });

  it('says nothing of a message that is typed at once', () => {
    expect(
      post(
        { type: 'steer.queued', steer: 's1', by: dana },
        sessionView({ status: 'idle', steers: [steerView()] }),
      ),
    ).toBeNull();
    expect(
      post(
        { type: 'steer.queued', steer: 's1', by: dana },
        sessionView({ steers: [steerView({ state: 'accepted', position: null })] }),
      ),
    ).toBeNull();
  });

  it('keeps excerpts to 15 lines', () => {
    const excerpt = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n');
    const failed = post({
      ...(all.find((event) => event.type === 'checks.failed') as Extract<
        SessionEvent,
        { type: 'checks.failed' }
      >),
      failing: [{ ...check, excerpt }],
    });
    const block = failed?.blocks.find((one) => one.type === 'code');
    expect(block?.type === 'code' ? block.text.split('\n') : []).toHaveLength(15);
    expect(block?.type === 'code' ? block.text : '').toContain('line 99');
  });
});

describe('agent speech', () => {
  it('keeps its Markdown when it is short', () => {
    expect(agentSpeech('a **b**')).toEqual({
      text: 'a **b**',
      blocks: [{ type: 'text', text: 'a **b**' }],
      kind: 'agent',
    });
  });

  it('becomes a file with a beginning when it is long, and closes a cut code fence', () => {
    const long = `Intro\n\n\`\`\`ts\n${'const a = 1;\n'.repeat(400)}\`\`\``;
    const message = agentSpeech(long);
    expect(message.files?.[0]?.content).toBe(long);
    const preview = message.blocks[0]?.type === 'text' ? message.blocks[0].text : '';
    expect(preview.length).toBeLessThan(700);
    expect(preview.match(/^```/gm)).toHaveLength(2);
  });
});
