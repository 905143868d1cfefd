import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../support/chromium.ts';
import {
  EVERY_VIEW,
  type OpenedPage,
  openPageBench,
  type PageBench,
  PHONE,
} from '../support/page-bench.ts';

const chromium = await findChromium();

interface Violation {
  readonly id: string;
  readonly nodes: ReadonlyArray<{ readonly target: readonly unknown[]; readonly html: string }>;
}

/** What axe finds, `rule: place`. Every rule is on, those of good practice too. A terminal's colours are its program's. */
async function faults(page: Page): Promise<readonly string[]> {
  // Views are parts of one document: once is enough.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    'axe.run({ exclude: [".xterm-rows"] }, { resultTypes: ["violations"] })',
  )) as {
    readonly violations: readonly Violation[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${target.join(' ')} ${html.slice(0, 120)}`),
  );
}

/**
 * What can be pressed and is smaller than 44 px on a side. A link in a text is as high as its line (WCAG 2.5.8, inline), a switch
 * has its label, and what the bars of a chart tell stands in the table below them.
 */
const SMALL = `[...document.querySelectorAll('button, a[href], select, input, textarea')]
  .filter((one) => one.checkVisibility() && !one.matches('.link, p a, .md a, .skip-link, .xterm *, [data-open], [role=switch], .slot'))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([one, box]) => Math.round(box.width) + 'x' + Math.round(box.height) + ' ' + one.outerHTML.slice(0, 90))`;

describe.skipIf(chromium === null)('what axe says of the page', { timeout: 60_000 }, () => {
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

  const everyView = async (look: (page: Page) => Promise<readonly string[]>): Promise<string[]> => {
    if (opened === null) throw new Error('no page');
    const { page, fake } = opened;
    const found: string[] = [];
    for (const view of EVERY_VIEW) {
      await page.goto(fake.url + view);
      await page.locator(':is(.view-head, .panel):visible').first().waitFor();
      await page.locator('.skeleton, .booting').first().waitFor({ state: 'detached' });
      found.push(...(await look(page)).map((what) => `${view} ${what}`));
    }
    return found;
  };

  it('nothing, in any view, light', async () => {
    opened = await bench.open('#/board', { colorScheme: 'light' });
    expect(await everyView(faults)).toEqual([]);
  });

  it('nothing, in any view, dark and on a phone, where nothing is too small for a finger: 44 px, but for links in a text', async () => {
    opened = await bench.open('#/board', {
      colorScheme: 'dark',
      viewport: PHONE,
      hasTouch: true,
      isMobile: true,
    });
    const found = await everyView(async (page) => [
      ...(await faults(page)),
      ...(await page.evaluate<string[]>(SMALL)),
    ]);
    expect(found).toEqual([]);
  });

  it('goes by arrow keys from tab to tab, skips to the content, and returns to where a session was opened', async () => {
    opened = await bench.open('#/board');
    const { page } = opened;
    await page.locator('[data-session="app-7"]').waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.locator('[data-session="app-7"]').click();
    const tab = page.getByRole('tab', { name: 'Thread' });
    await tab.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Terminal', selected: true }).waitFor();
    expect(await focused(page)).toBe('Terminal');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await focused(page)).toBe('Details');
    await page.getByRole('button', { name: 'Close session' }).click();
    await page.locator('.panel').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.dataset.session')).toBe('app-7');
  });
});

const focused = (page: Page): Promise<string> =>
  page.evaluate<string>('document.activeElement.textContent.trim()');
