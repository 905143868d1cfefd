import { afterEach, describe, expect, it } from 'vitest';
import { trackerContract } from '../../../test/contract/tracker.ts';
import { type FakeJira, startFakeJira } from '../../../test/fakes/jira/server.ts';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { pluginContext } from '../../../test/support/plugin-context.ts';
import { fromAdf, toAdf } from './adf.ts';
import { createJiraClient } from './client.ts';
import { jiraConfig } from './config.ts';
import { createJiraTracker, jqlOf, keyIn } from './jira-tracker.ts';

const open = (fake: FakeJira, kind: 'cloud' | 'dc') => {
  const config = jiraConfig.parse({
    baseUrl: fake.url,
    token: 'jira-test',
    project: 'eng',
    ...(kind === 'cloud' ? { email: 'ao@acme.test' } : {}),
  });
  const clock = fakeClock(fake.now());
  return {
    clock,
    tracker: createJiraTracker(createJiraClient(config, pluginContext({ clock })), config),
  };
};

for (const kind of ['cloud', 'dc'] as const)
  trackerContract(`jira ${kind}`, async () => {
    const fake = await startFakeJira(kind);
    return {
      tracker: open(fake, kind).tracker,
      async close() {
        await fake.close();
        expect(fake.violations).toEqual([]);
      },
    };
  });

let fake: FakeJira | null = null;
afterEach(async () => {
  await fake?.close();
  expect(fake?.violations ?? []).toEqual([]);
  fake = null;
});

const CONFIG = jiraConfig.parse({
  baseUrl: 'https://acme.atlassian.net',
  token: 't',
  project: 'ENG',
});
it.each([
  ['ENG-42', 'ENG-42'],
  ['eng-42', 'ENG-42'],
  ['OPS-7', 'OPS-7'],
  ['ops-7', null],
  ['https://acme.atlassian.net/browse/ENG-42', 'ENG-42'],
  ['https://acme.atlassian.net/jira/software/projects/ENG/boards/1?selectedIssue=ENG-42', 'ENG-42'],
  ['https://evil.test/browse/ENG-42', null],
  ['https://acme.atlassian.net/browse/../x', null],
  ['42', null],
])('%s means %s', (reference, key) => {
  expect(keyIn(reference, CONFIG)).toBe(key);
});

it('lets no text out of its quotes in a query', () => {
  expect(jqlOf('ENG', { text: '" OR project = "X\\', label: 'a"b' })).toBe(
    'project = "ENG" AND statusCategory != Done AND labels = "a\\"b" AND (summary ~ "\\" OR project = \\"X\\\\" OR description ~ "\\" OR project = \\"X\\\\") ORDER BY created DESC',
  );
});

describe("Atlassian's documents", () => {
  it.each([
    'It fails.\n\nSometimes.',
    'one\ntwo\nthree',
    'before\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\n\nafter',
    'see [the page](https://acme.test/x) now',
    '- a\n- b',
    '# head\n\n> said',
    '',
  ])('give back %j as it was', (text) => {
    expect(fromAdf(toAdf(text))).toBe(text);
  });
  it('are read as Markdown, and of what is not known the text', () => {
    const paragraph = (text: string, marks: readonly object[] = []) => ({
      type: 'paragraph',
      content: [{ type: 'text', text, marks }],
    });
    const content = [
      { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'Head' }] },
      {
        type: 'bulletList',
        content: [
          {
            type: 'listItem',
            content: [
              paragraph('a'),
              { type: 'orderedList', content: [{ type: 'listItem', content: [paragraph('b')] }] },
            ],
          },
        ],
      },
      { type: 'panel', content: [paragraph('inside', [{ type: 'strong' }])] },
      {
        type: 'paragraph',
        content: [
          { type: 'mention', attrs: { text: '@dana' } },
          { type: 'new', content: [{ type: 'text', text: '!' }] },
        ],
      },
      { type: 'mediaSingle', content: [{ type: 'media', attrs: { id: 'x' } }] },
    ];
    expect(fromAdf({ type: 'doc', version: 1, content }).trim()).toBe(
      '## Head\n\n- a\n  1. b\n\n**inside**\n\n@dana!',
    );
    expect(fromAdf(null)).toBe('');
  });
  it('are cut where Jira takes no more, and say so', () => {
    expect(fromAdf(toAdf('x'.repeat(40_000)))).toMatch(
      /x\n\n\(ao cut the rest: Jira takes no more\.\)$/,
    );
  });
});

it('goes by the kind of a status, takes no way that asks for fields, and says what is possible where there is none', async () => {
  fake = await startFakeJira('cloud');
  const { tracker } = open(fake, 'cloud');
  const { id } = await tracker.create({ title: 'x', body: '', labels: [] });
  await tracker.update(id, { state: 'closed' });
  expect((await tracker.get(id)).state).toBe('closed');
  expect(
    fake.log.filter((line) => line.startsWith('POST') && line.includes('transitions')),
  ).toHaveLength(1);
  await tracker.update(id, { state: 'open' });
  fake.settings.transitions = fake.settings.transitions.filter(
    (one) => one.asks === true || one.to !== 'done',
  );
  await expect(tracker.update(id, { state: 'closed' })).rejects.toMatchObject({
    code: 'AO_JIRA_NO_TRANSITION',
    message: expect.stringContaining('Ablehnen'),
  });
});

it('is told by a missing issue that its token has ended, and waits where Jira says so', async () => {
  fake = await startFakeJira('cloud');
  const { tracker, clock } = open(fake, 'cloud');
  const { id } = await tracker.create({ title: 'x', body: '', labels: [] });
  fake.fault(/GET \/issue/, 429, {}, { 'retry-after': '3' });
  await expect(tracker.get(id)).rejects.toMatchObject({ kind: 'transient', retryAfter: 3_000 });
  clock.pass(3_001);
  fake.fault(/POST \/issue\/ENG-1\/transitions/, 409, { errorMessages: ['in progress'] });
  await expect(tracker.update(id, { state: 'closed' })).rejects.toMatchObject({
    code: 'AO_JIRA_BUSY',
  });
  fake.settings.stranger = true;
  await expect(tracker.get(id)).rejects.toMatchObject({
    kind: 'auth',
    code: 'AO_JIRA_UNAUTHORIZED',
  });
  expect(await tracker.doctor()).toMatchObject([{ level: 'error' }]);
});

it('writes nothing that customers of a service desk would read, and reads nothing that only some may see', async () => {
  fake = await startFakeJira('cloud');
  fake.settings.serviceDesk = true;
  const { tracker } = open(fake, 'cloud');
  const { id } = await tracker.create({ title: 'x', body: '', labels: [] });
  await tracker.comment(id, 'Working on it.', 'k');
  const [issue] = fake.issues.values();
  expect(issue?.comments[0]?.properties).toContainEqual({
    key: 'sd.public.comment',
    value: { internal: true },
  });
  issue?.comments.push({
    id: '9',
    body: toAdf('secret'),
    at: 0,
    author: 'dana',
    properties: [],
    visibility: { type: 'role' },
  });
  expect((await tracker.get(id)).comments.map((one) => one.body)).toEqual(['Working on it.']);
  await expect(tracker.update(id, { addLabels: ['in progress'] })).rejects.toMatchObject({
    code: 'AO_TRACKER_LABEL',
  });
});
