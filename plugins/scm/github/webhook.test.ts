import { createHmac } from 'node:crypto';
import examples from '@octokit/webhooks-examples' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { aboutOf, readDelivery } from './webhook.ts';

const events = examples as unknown as ReadonlyArray<{
  readonly name: string;
  readonly examples: ReadonlyArray<Record<string, unknown>>;
}>;
const sign = (body: string, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const request = (event: string, body: string, secret = 's', contentType = 'application/json') => ({
  headers: {
    'X-GitHub-Event': event,
    'X-GitHub-Delivery': 'd',
    'X-Hub-Signature-256': sign(body, secret),
    'Content-Type': contentType,
  },
  body: new TextEncoder().encode(body),
});

describe('deliveries', () => {
  it('are read without a throw for every example GitHub publishes', async () => {
    let read = 0;
    for (const { name, examples: payloads } of events) {
      for (const payload of payloads) {
        const delivery = await readDelivery(request(name, JSON.stringify(payload)), 's');
        expect(delivery.event).toBe(name);
        read += 1;
      }
    }
    expect(read).toBeGreaterThan(300);
  });

  it('lead to a pull request, a branch or a commit for every event about one', () => {
    const found = (name: string) =>
      (events.find((event) => event.name === name)?.examples ?? []).map((payload) =>
        aboutOf(name, payload),
      );
    for (const name of [
      'pull_request',
      'pull_request_review',
      'pull_request_review_comment',
      'pull_request_review_thread',
    ]) {
      expect(found(name).length).toBeGreaterThan(0);
      for (const about of found(name))
        expect(about).toMatchObject({
          numbers: [expect.any(Number)],
          idle: false,
          repository: expect.stringContaining('/'),
        });
    }
    for (const name of ['check_suite', 'check_run', 'workflow_run', 'workflow_job', 'status'])
      for (const about of found(name)) expect(about.sha).toMatch(/^[0-9a-f]{40}$/);
    for (const about of found('push')) expect(about.branch).not.toBeNull();
  });

  it('may come as a form, and with headers in any case', async () => {
    const body = new URLSearchParams({ payload: '{"ref":"refs/heads/feat/a"}' }).toString();
    expect(
      await readDelivery(request('push', body, 's', 'application/x-www-form-urlencoded'), 's'),
    ).toMatchObject({ branch: 'feat/a' });
  });

  it.each([
    ['another secret', request('push', '{}', 'other'), 'AO_WEBHOOK_SIGNATURE'],
    [
      'no signature',
      {
        headers: { 'x-github-event': 'push', 'x-github-delivery': 'd' },
        body: new TextEncoder().encode('{}'),
      },
      'AO_WEBHOOK_SIGNATURE',
    ],
    [
      'a changed body',
      { ...request('push', '{}'), body: new TextEncoder().encode('{ }') },
      'AO_WEBHOOK_SIGNATURE',
    ],
    ['no JSON', request('push', 'hello'), 'AO_WEBHOOK_BROKEN'],
    ['a list', request('push', '[]'), 'AO_WEBHOOK_BROKEN'],
    ['an empty body', request('push', ''), 'AO_WEBHOOK_SIGNATURE'],
  ])('are refused with %s', async (_name, input, code) => {
    await expect(readDelivery(input, 's')).rejects.toMatchObject({ code });
  });

  it('of strange shapes lead nowhere', () => {
    for (const event of [
      'pull_request',
      'check_run',
      'push',
      'status',
      'issue_comment',
      'merge_group',
      'unheard_of',
    ]) {
      for (const payload of [
        {},
        { pull_request: null },
        { issue: 'x' },
        { check_run: [] },
        { ref: 7 },
      ])
        expect(aboutOf(event, payload).numbers).toEqual([]);
    }
  });
});
