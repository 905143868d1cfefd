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
