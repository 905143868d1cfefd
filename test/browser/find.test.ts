import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../support/chromium.ts';
import { type OpenedPage, openPageBench, type PageBench } from '../support/page-bench.ts';
import { until } from '../support/until.ts';

const chromium = findChromium();

describe.skipIf(chromium === null)('finding things in the page', { timeout: 30_000 }, () => {
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
  const open = async (hash?: string): Promise<OpenedPage> => {
    opened = await bench.open(hash);
    return opened;
  };

  it('loads at most 100 KB, packed, before the board is there: the rest when it is looked at', async () => {
    const { page } = await open('#/inbox');
    const loaded: Array<Promise<Buffer>> = [];
    page.on('response', (response) => {
      if (!response.url().includes('/api/')) loaded.push(response.body());
    });
    await page.goto('about:blank');
    await page.goto(`${opened?.fake.url}#/board`);
    await page.locator('[data-session="app-7"]').waitFor();
    const files = await Promise.all(loaded);
    expect(files.length).toBeGreaterThan(2);
    expect(files.reduce((sum, file) => sum + gzipSync(file).length, 0)).toBeLessThan(100_000);
  });

  it('filters the board by project, person and words, and keeps that in the address', async () => {
    const { page } = await open('#/board');
    const cards = page.locator('.board-card');
    await page.locator('[data-session="app-7"]').waitFor();
    const all = await cards.count();
    await page.getByRole('combobox', { name: 'Project' }).selectOption('app');
    await page.getByRole('searchbox', { name: 'Filter sessions' }).fill('FLAKY');
    await until(async () => (await cards.count()) === 1);
    await page.reload();
    await page.locator('[data-session="app-7"]').click();
    await page.locator('.panel').waitFor();
    expect(new URL(page.url()).hash).toBe('#/board/s/app-7?project=app&q=FLAKY');
    expect(await cards.count()).toBe(1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await until(async () => (await cards.count()) === all);
  });

  it('acts on a card without opening its session', async () => {
    const { page, fake } = await open('#/board');
    await page.getByRole('button', { name: 'More actions of app-7' }).click();
    await page.getByRole('menuitem', { name: 'Pause' }).click();
    await until(() => fake.posts.length > 0);
    expect(fake.posts).toMatchObject([{ path: '/api/sessions/app-7/pause' }]);
    expect(new URL(page.url()).hash).toBe('#/board');
  });

  it('goes with Ctrl+K to a session, also from a field, does what it allows, and reads ended ones from the bot', async () => {
    const { page } = await open('#/c/app');
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname === '/api/sessions' && search.includes('q=')) asked.push(search);
    });
    await page.locator('[data-composer]').focus();
    await page.keyboard.press('Control+k');
    const search = page.getByRole('combobox', { name: /^Search sessions/ });
    await search.fill('flaky app-7');
    await page.getByRole('option', { name: /Fix flaky login test/, selected: true }).waitFor();
    await until(() => asked.length > 0);
    expect(asked.at(-1)).toBe('?all=1&limit=20&q=flaky%20app-7');
    await page.keyboard.press('Enter');
    await page.locator('.panel[aria-label="Session app-7"]').waitFor();
    await page.keyboard.press('Control+k');
    await search.fill('kill app-7');
    await page.getByRole('option', { name: /^Do Kill app-7/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Kill app-7?').waitFor();
  });

  it('starts several issues at once, and says which could not be started', async () => {
    const { page, fake } = await open('#/issues');
    await page.route('**/api/sessions', (route) =>
      route.request().method() === 'POST' ? route.fulfill({ json: answers() }) : route.fallback(),
    );
    const answers = () => [
      { issue: null, session: fake.session('app-7'), refusal: null },
      { issue: null, session: null, refusal: { code: 'AO_BUSY', message: 'There is no room.' } },
    ];
    const boxes = page.getByRole('checkbox', { name: /^Choose/, disabled: false });
    await boxes.nth(1).check();
    await boxes.nth(0).check();
    const posted = page.waitForRequest((request) => request.method() === 'POST');
    await page.getByRole('button', { name: 'Start 2 sessions' }).click();
    const { issues } = (await posted).postDataJSON() as { issues: readonly string[] };
    expect(issues).toHaveLength(2);
    await page.locator('.toast').getByText(`#${issues[1]}: There is no room.`).waitFor();
    await page.getByRole('button', { name: 'Start 1 session', exact: true }).waitFor();
  });

  it('shows the health of the bot, whom it knows, and the audit log with its proof', async () => {
    const { page } = await open('#/bot');
    await page.getByRole('region', { name: 'Health', exact: true }).getByText('1 thing').waitFor();
    await page.getByText('slack: no connection for 4 min.').waitFor();
    await page.getByText('dana at github.com').waitFor();
    const audit = page.getByRole('region', { name: 'Audit', exact: true });
    await until(async () => (await audit.locator('tbody tr').count()) === 2);
    expect(await audit.locator('tbody tr').first().textContent()).toContain('merge refused');
    await audit.getByRole('button', { name: 'Only refusals' }).click();
    await until(async () => (await audit.locator('tbody tr').count()) === 1);
    await audit.getByRole('button', { name: 'Verify' }).click();
    await audit.getByText('2 rows, the chain is whole').waitFor();
    await audit.getByRole('button', { name: 'app-7' }).click();
    await page.locator('.panel').waitFor();
  });

  it('goes to issues and views, and says when nothing fits', async () => {
    const { page } = await open('#/board');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    const search = page.getByRole('combobox', { name: /^Search sessions/ });
    await search.fill('no such thing anywhere');
    await page.getByText('Nothing found.').waitFor();
    await search.fill('view cost');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Cost', exact: true }).waitFor();
  });
});
