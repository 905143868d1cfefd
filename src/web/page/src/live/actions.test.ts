import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { sessionView } from '../../../../../test/fakes/views.ts';
import { until } from '../../../../../test/support/until.ts';
import { act } from './actions.ts';
import type { Model } from './model.ts';

/** What `act` needs of the page. */
function page() {
  const posts: Array<readonly [path: string, body: object]> = [];
  const form = { id: 'handoff:app-7', title: 'Hand over app-7', submit: 'Hand over', fields: [] };
  const model = {
    api: {
      async post(path: string, body: object) {
        posts.push([path, body]);
        return path === 'chat/inputs' ? { form } : {};
      },
    },
    pending: signal(new Set<string>()),
    dialog: signal(null),
    whispers: signal([]),
    toasts: signal([]),
  } as unknown as Model;
  return { model, posts, form };
}

test('Stop holds what is automatic, as it does everywhere else', () => {
  const { model, posts } = page();
  act(model, sessionView(), 'stop');
  expect(posts).toEqual([['sessions/app-7/stop', {}]]);
});

test('Hand over opens the form with agents and people, as it does everywhere else', async () => {
  const { model, posts, form } = page();
  act(model, sessionView(), 'handoff');
  await until(() => model.dialog.value !== null, 5_000, 'the form');
  expect(posts).toMatchObject([
    ['chat/inputs', { type: 'action', action: 'handoff:app-7', thread: 'app-7' }],
  ]);
  expect(model.dialog.value).toMatchObject({ type: 'form', form });
});
