import { expect, test } from 'vitest';
import { notifierNames, notifiersInUse } from './notification-routing.ts';
import { type ConfigInput, configSchema } from './schema/config.ts';

const config = (input: ConfigInput) => configSchema.parse(input);
const project = { path: '/repo' };

test('a priority with a route goes there, every other one to the common notifiers', () => {
  const parsed = config({
    projects: { app: project },
    defaults: { notifiers: ['console'] },
    notificationRouting: { urgent: ['phone', 'phone', 'mail'], info: [] },
  });
  expect(notifierNames(parsed, 'app', 'urgent')).toEqual(['phone', 'mail']);
  expect(notifierNames(parsed, 'app', 'action')).toEqual(['console']);
  expect(notifierNames(parsed, 'app', 'info')).toEqual([]);
});

test("a project's own route comes first, then its own notifiers, then the common ones", () => {
  const parsed = config({
    projects: {
      app: { ...project, notifiers: ['team'], notificationRouting: { urgent: ['pager'] } },
      quiet: { ...project, notifiers: [] },
      other: project,
    },
    notificationRouting: { urgent: ['phone'], info: ['console'] },
  });
  expect(notifierNames(parsed, 'app', 'urgent')).toEqual(['pager']);
  expect(notifierNames(parsed, 'app', 'info')).toEqual(['team']);
  expect(notifierNames(parsed, 'quiet', 'urgent')).toEqual([]);
  expect(notifierNames(parsed, 'other', 'urgent')).toEqual(['phone']);
  expect(notifiersInUse(parsed)).toEqual(['team', 'phone', 'console', 'pager']);
});
