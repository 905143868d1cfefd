import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../support/chromium.ts';
import { type OpenedPage, openPageBench, type PageBench } from '../support/page-bench.ts';
import { until } from '../support/until.ts';

const chromium = findChromium();

describe.skipIf(chromium === null)('a review in the page', { timeout: 30_000 }, () => {
  let bench: PageBench;
  let opened: OpenedPage | null = null;
  beforeAll(async () => {
    bench = await openPageBench(chromium ?? '');
  }, 60_000);
  afterAll(() => bench.close());
  afterEach(async () => {
    await opened?.close();
    opened = null;
  });
  const open = async (session = 'app-7'): Promise<OpenedPage> => {
    opened = await bench.open(`#/board/s/${session}/diff`);
    return opened;
  };
  const file = (page: Page, name = 'src/auth/login.ts') =>
    page.locator(`.file-diff[aria-label="${name}"]`);
  const number = (page: Page, line: string) => file(page).locator(`td.no[data-line="${line}"]`);
  const remark = (page: Page, line: string) =>
    page.getByRole('textbox', { name: `Remark on src/auth/login.ts, line ${line}` });

  it('has colours made of tokens, and stands side by side when it is wanted, kept for the next time', async () => {
    const { page, complaints } = await open();
    const keyword = file(page).locator('.tok-kwd', { hasText: 'await' }).first();
    await keyword.waitFor();
    expect(await file(page).locator('tr.add').count()).toBe(7);
    await page.getByRole('button', { name: 'Side by side' }).click();
    await file(page).locator('tr.pair').first().waitFor();
    const pair = file(page).locator('tr.pair', { hasText: 'await sleep(300);' });
    expect(await pair.textContent()).toContain('sessionCookie(page.context())');
    await page.reload();
    await file(page).locator('tr.pair').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('takes remarks on lines, keeps them over a reload and a bot that is down, and sends them as one review', async () => {
    const { page, fake } = await open();
    const view = fake.session('app-7');
    fake.setSession({ ...view, actions: [...view.actions, 'request_changes'] });
    await number(page, '40').last().click();
    await remark(page, '40').fill('Name the cookie.');
    await number(page, '-40').first().click();
    await remark(page, 'before 40').fill('Gone?');
    await file(page).getByText('Does this poll for ever?').waitFor();
    await page.reload();
    await remark(page, '40').waitFor();
    const button = page.getByRole('button', { name: 'Request changes', exact: true });
    await page.route('**/api/sessions/app-7/review', (route) => route.abort(), { times: 1 });
    await button.click();
    await page.locator('.toast').getByText('did not answer').waitFor();
    expect(await remark(page, '40').inputValue()).toBe('Name the cookie.');
    await button.click();
    await remark(page, '40').waitFor({ state: 'detached' });
    expect(fake.posts).toEqual([
      {
        path: '/api/sessions/app-7/review',
        body: {
          decision: 'request_changes',
          text: '',
          sha: fake.session('app-7').pr?.headSha,
          base: 'main',
          comments: [
            {
              file: 'src/auth/login.ts',
              line: 40,
              hunk: '-  await sleep(300);\n-  return { user, cookie: null };\n+  const cookie = await sessionCookie(page.context());\n+  return { user, cookie };',
              text: 'Name the cookie.',
            },
            {
              file: 'src/auth/login.ts',
              line: null,
              hunk: "   await page.fill('#password', user.password);\n   await page.click('text=Sign in');\n-  await sleep(300);\n-  return { user, cookie: null };",
              text: 'Gone?',
            },
          ],
        },
      },
    ]);
  });

  it('goes to the agent as a message where the forge keeps the reviews', async () => {
    const { page, fake } = await open();
    expect(fake.session('app-7').actions).not.toContain('request_changes');
    await number(page, '40').last().click();
    await page.getByRole('button', { name: 'Suggest a change' }).click();
    await page.getByRole('button', { name: 'Send to the agent' }).click();
    await until(() => fake.posts.length > 0);
    const [{ path, body } = { path: '', body: {} }] = fake.posts;
    expect(path).toBe('/api/sessions/app-7/message');
    expect((body as { text: string }).text).toContain(
      'src/auth/login.ts:40\n```diff\n-  await sleep(300);',
    );
    expect((body as { text: string }).text).toContain(
      '```suggestion\n  return { user, cookie };\n```',
    );
  });

  it('is written without a mouse', async () => {
    const { page } = await open();
    await file(page).locator('tr[data-line]').first().waitFor();
    await file(page).getByRole('region', { name: 'Changes in src/auth/login.ts' }).focus();
    for (const _line of [1, 2, 3, 4, 5, 6, 7]) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await remark(page, '40').waitFor();
    await page.keyboard.type('Why?');
    expect(await remark(page, '40').inputValue()).toBe('Why?');
  });

  it('marks files as viewed until they change, and shows only what changed since the last look', async () => {
    const { page, fake } = await open();
    const viewed = page.getByRole('button', { name: 'Viewed src/auth/cookie.ts' });
    await viewed.click();
    await file(page, 'src/auth/cookie.ts').locator('tr').first().waitFor({ state: 'detached' });
    await page.getByText('1 of 5 files viewed').waitFor();
    const view = fake.session('app-7');
    if (view.pr === null) throw new Error('no pull request');
    const looked = view.pr.headSha;
    fake.setSession({ ...view, pr: { ...view.pr, headSha: 'f'.repeat(40) } });
    await page
      .getByRole('button', { name: `Only what changed since ${looked.slice(0, 7)}` })
      .click();
    await page.locator('.file-diff').nth(1).waitFor({ state: 'detached' });
    expect(await page.locator('.file-diff').getAttribute('aria-label')).toBe('src/auth/cookie.ts');
  });
});
