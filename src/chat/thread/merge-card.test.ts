import { expect, test } from 'vitest';
import { DANA, HEAD, prView, sessionView } from '../../../test/fakes/views.ts';
import { renderPlain } from '../words/render-plain.ts';
import { liveCard } from './cards.ts';
import { mergeReadyCard } from './merge-card.ts';

const NOW = 1_800_000_000_000;
const ready = (by: readonly (typeof DANA)[], needed: number) =>
  sessionView({
    status: 'mergeable',
    actions: ['merge'],
    pr: prView({ headSha: HEAD, approvals: { by, needed } }),
  });

test('where it takes two people, both cards and the question before the press say how many there are, and who', () => {
  const session = ready([DANA], 2);
  const card = mergeReadyCard(session, HEAD);
  expect(renderPlain(card)).toContain('Approvals: 1 of 2 (@dana)');
  expect(JSON.stringify(card.blocks)).toContain('approvals: 1 of 2 (@dana)');
  expect(renderPlain(liveCard(session, NOW))).toContain('1 of 2 (@dana) approvals of the merge');
  expect(renderPlain(mergeReadyCard(ready([], 2), HEAD))).toContain('Approvals: 0 of 2');
});

test('where one press is enough nothing is counted', () => {
  const session = ready([], 1);
  expect(
    renderPlain(mergeReadyCard(session, HEAD)) + renderPlain(liveCard(session, NOW)),
  ).not.toContain('pprovals');
});
