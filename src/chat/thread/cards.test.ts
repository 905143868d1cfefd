import { describe, expect, it } from 'vitest';
import { ANSWER, CARD_STATES, PERMISSION } from '../../../test/fakes/card-states.ts';
import { HEAD, NOW, prView, requestView, sessionView } from '../../../test/fakes/views.ts';
import { STATUSES } from '../../domain/session/statuses.ts';
import { buttonId, parseButtonId } from '../words/button-id.ts';
import { renderPlain } from '../words/render-plain.ts';
import { liveCard } from './cards.ts';
import { mergeOverCard, mergeReadyCard } from './merge-card.ts';
import { findAnswer, requestCard } from './request-card.ts';

describe('cards', () => {
  it('read as written down', async () => {
    const live = Object.entries(CARD_STATES).map(
      ([name, session]) => [name, liveCard(session, NOW)] as const,
    );
    const others = [
      ['merge card', mergeReadyCard(CARD_STATES.mergeable ?? sessionView(), HEAD)],
      [
        'merge card after a push',
        mergeOverCard(sessionView({ pr: prView({ headSha: '77aa0f1' }) }), HEAD),
      ],
      ['question', requestCard(requestView(), sessionView())],
      [
        'long question',
        requestCard(
          requestView({ text: 'First place: login.ts\nSecond place: legacy.ts' }),
          sessionView(),
        ),
      ],
      ['permission', requestCard(PERMISSION, sessionView())],
      ['permission, answered', requestCard({ ...PERMISSION, answer: ANSWER }, sessionView())],
      [
        'permission, answered in the terminal',
        requestCard(
          { ...PERMISSION, answer: { ...ANSWER, where: 'terminal', text: '' } },
          sessionView(),
        ),
      ],
      [
        'permission, answer lost',
        requestCard({ ...PERMISSION, answer: { ...ANSWER, state: 'failed' } }, sessionView()),
      ],
    ] as const;
    const golden = [...live, ...others]
      .map(([name, message]) => `## ${name}\n> ${message.text}\n${renderPlain(message)}\n`)
      .join('\n');
    await expect(golden).toMatchFileSnapshot('golden/cards.txt');
  });

  it('name a version of the agent that nobody tried', () => {
    const untried =
      'Claude Code 9.9.9 is newer than 2.1.332, the newest version ao was tried with.';
    const card = (program: { version: string; untried: string | null }): string =>
      renderPlain(liveCard(sessionView({ program }), NOW));
    expect(card({ version: '9.9.9', untried })).toContain('claude-code · ⚠️ untried version 9.9.9');
    expect(card({ version: '2.1.332', untried: null })).not.toContain('2.1.332');
  });

  it('exist for every status', () => {
    for (const status of STATUSES)
      expect(liveCard(sessionView({ status }), NOW).status).toBe(status);
  });

  it('never carry a title that is read as markup', () => {
    const card = liveCard(
      CARD_STATES['working, unknown price, hostile title'] ?? sessionView(),
      NOW,
    );
    const [first] = card.blocks;
    expect(first).toMatchObject({
      text: expect.stringContaining('\\[x\\](https://evil.test) \\<\\!channel\\> \\*\\*bold\\*\\*'),
    });
    expect(JSON.stringify(card)).not.toContain('\u202e');
  });

  it('pin the merge button to the whole head SHA and the base, and ask before it', () => {
    const card = liveCard(CARD_STATES.mergeable ?? sessionView(), NOW);
    const row = card.blocks.find((block) => block.type === 'buttons');
    const merge = row?.type === 'buttons' ? row.buttons[0] : undefined;
    expect(merge?.id).toBe(`merge:app-7:${HEAD}~main`);
    expect(merge?.confirm?.text).toContain('+71 −12 in 3 files');
    expect(merge?.confirm?.text).toContain('3f9c2ab');
    expect(merge?.confirm?.text).toContain('@lee');
  });
});

describe('button ids', () => {
  it('come back as they were', () => {
    expect(parseButtonId(buttonId('merge', 'app-7', HEAD))).toEqual({
      verb: 'merge',
      session: 'app-7',
      arg: HEAD,
    });
    expect(parseButtonId(buttonId('stop', 'app-7'))).toEqual({
      verb: 'stop',
      session: 'app-7',
      arg: null,
    });
    expect(parseButtonId(buttonId('pick_project', null, 'd1'))).toEqual({
      verb: 'pick_project',
      session: null,
      arg: 'd1',
    });
  });

  it('that ao never made mean nothing', () => {
    for (const id of ['', 'merge', 'toString:x', 'format:app-7', '::'])
      expect(parseButtonId(id)).toBeNull();
  });

  it('stay within 80 bytes for any request and option, and still find them', () => {
    const long = requestView({
      id: `toolu_${'x'.repeat(120)}`,
      options: [
        { id: 'y'.repeat(90), label: 'Yes', style: 'plain' },
        { id: 'n~o', label: 'No', style: 'plain' },
      ],
    });
    const card = requestCard(long, { id: 'abcdefghijklmnop-123456789' });
    const ids = card.blocks.flatMap((block) =>
      block.type === 'buttons' ? block.buttons.map((button) => button.id) : [],
    );
    expect(Math.max(...ids.map((id) => new TextEncoder().encode(id).length))).toBeLessThanOrEqual(
      80,
    );
    const found = ids
      .slice(0, 2)
      .map((id) => findAnswer(parseButtonId(id)?.arg ?? '', [requestView({ id: 'other' }), long]));
    expect(found).toEqual([
      { request: long.id, option: 'y'.repeat(90) },
      { request: long.id, option: 'n~o' },
    ]);
  });
});
