import { describe, expect, it } from 'vitest';
import { parseFrame } from './event-stream.ts';

describe('a frame of the event stream', () => {
  it.each([
    ['id: 7\nevent: session\ndata: {"a":1}', { id: '7', event: 'session', data: '{"a":1}' }],
    ['data: one\ndata:two', { id: null, event: 'message', data: 'one\ntwo' }],
    [': a comment', { id: null, event: 'message', data: '' }],
    ['event: reset\ndata: {}', { id: null, event: 'reset', data: '{}' }],
  ])('%j is read', (text, frame) => {
    expect(parseFrame(text)).toEqual(frame);
  });
});
