import { describe, expect, it } from 'vitest';
// @ts-expect-error a plain script of the demo agent, without types
import { messageKind } from './parts/message-kind.mjs';

describe('messageKind', () => {
  it.each([
    ['CI failed on 3f9c2ab. The failing check: test', 'checks'],
    ['The check `style` is failing:\n\nreview this', 'checks'],
    ['lee asked for 2 changes on your pull request', 'changes'],
    ['Changes requested by web:lee:\n\n- fail faster', 'changes'],
    ['New review comments on PR 3', 'changes'],
    ['main conflicts with your branch in src/a.ts', 'conflict'],
    ['You have been idle for 5 min. Go on, or open the pull request.', 'nudge'],
    ['Please continue.', 'nudge'],
    ['What can you do?', 'help'],
    ['Use spaces, please.', 'other'],
  ])('%j is about %s', (text, kind) => {
    expect(messageKind(text)).toBe(kind);
  });
});
