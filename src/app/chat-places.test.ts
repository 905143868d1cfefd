import { expect, test } from 'vitest';
import { placesOf } from './chat-places.ts';

const home = { platform: 'slack', channel: 'C2', thread: '1.0' };
const there = (platform: string): boolean => platform !== 'gone';

test('a session is shown in the channels of its project, and where it lives', () => {
  const projects = [{ platform: 'discord', channel: 'D1' }];
  expect(placesOf({}, projects, there)).toEqual(projects);
  expect(placesOf({ home }, projects, there)).toEqual([
    ...projects,
    { platform: 'slack', channel: 'C2' },
  ]);
  const own = [{ platform: 'slack', channel: 'C1' }];
  expect(placesOf({ home }, own, there)).toEqual(own);
});

test('a platform that is switched off is no place', () => {
  expect(placesOf({ home: { ...home, platform: 'gone' } }, [], there)).toEqual([]);
});
