import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SessionView } from '../../src/commands/views.ts';
import type { ChatReply } from '../../src/slots/chat.ts';
import { sessionFixtures } from '../fakes/web-fixtures.ts';
import { findChromium } from '../support/chromium.ts';
import {
  EVERY_VIEW,
  type OpenedPage,
  openPageBench,
  type PageBench,
  PHONE,
} from '../support/page-bench.ts';
import { until } from '../support/until.ts';

const chromium = findChromium();

/** Runs in the page: texts whose contrast with what is behind them is under 4.5 (3 for large ones). Disabled controls are left out, as in WCAG. */
const FAINT_TEXTS = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const over = (colors) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => rgb.slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!/[\\p{L}\\p{N}]/u.test(text) || !element.checkVisibility({ visibilityProperty: true }) || element.closest('svg, noscript, :disabled')) continue;
    const behind = [];
    for (let box = element; box; box = box.parentElement) behind.unshift(getComputedStyle(box).backgroundColor);
    const style = getComputedStyle(element);
    const back = over(['white', ...behind]);
    const [a, b] = [light(back), light(over(['white', ...behind, style.color]))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    if (ratio < (size >= 24 ? 3 : 4.5)) found.set(element.className + ' ' + text.slice(0, 30), ratio.toFixed(2));
  }
  return [...found].map(([what, ratio]) => ratio + ' ' + what);
})()`;

describe.skipIf(chromium === null)('the page in Chromium', { timeout: 30_000 }, () => {
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
  const open = async (
    hash?: string,
    options?: BrowserContextOptions & { sessions?: readonly SessionView[] },
  ): Promise<OpenedPage> => {
    opened = await bench.open(hash, options);
    return opened;
  };

  const panel = (page: Page) => page.locator('.panel');
  const composer = (page: Page) => panel(page).locator('[data-composer]');
  const send = async (page: Page, text: string): Promise<void> => {
    await composer(page).fill(text);
    await composer(page).press('Enter');
  };

  describe('the board', () => {
    it('shows sessions by whose turn it is, and breaks no rule of the content security policy', async () => {
      const { page, complaints } = await open();
      const column = (name: RegExp) => page.getByRole('region', { name });
      await column(/^Your turn/)
        .getByText('upgrade eslint')
        .waitFor();
      await column(/^Agent's turn/)
        .getByText('Fix flaky login test')
        .waitFor();
      await column(/^CI/).getByText('Paginate the audit log').waitFor();
      await column(/^Queued/)
        .getByText('4 of 4 sessions of this project are running')
        .waitFor();
      expect(complaints).toEqual([]);
    });

    it('moves a session when its turn changes, without a reload', async () => {
      const { page, fake } = await open();
      await page
        .getByRole('region', { name: /^Agent's turn/ })
        .getByText('Fix flaky login test')
        .waitFor();
      fake.setSession({
        ...fake.session('app-7'),
        status: 'mergeable',
        turn: 'human',
        turnText: 'your turn: approve the merge',
      });
      await page
        .getByRole('region', { name: /^Your turn/ })
        .getByText('Fix flaky login test')
        .waitFor();
    });

    it('says how to begin when there is nothing', async () => {
      const { page } = await open('#/board', { sessions: [] });
      await page.getByRole('heading', { name: 'Nothing runs yet' }).waitFor();
    });
  });

  describe('a thread', () => {
    it('shows card, posts, speech and replies, with foreign text as text', async () => {
      const { page, complaints } = await open('#/board/s/app-7');
      await panel(page).locator('.card').getByText('Fix flaky login test').waitFor();
      await panel(page).getByText('<img src=x onerror="alert(1)">').waitFor();
      expect(await panel(page).locator('.stream img').count()).toBe(0);
      expect(await panel(page).getByRole('link', { name: 'odd link' }).count()).toBe(0);
      expect(
        await panel(page).getByRole('link', { name: 'the issue' }).getAttribute('rel'),
      ).toContain('noopener');
      const code = panel(page).getByLabel('unit · login.test.ts');
      expect(await code.textContent()).not.toContain('Test Files');
      await panel(page).getByRole('button', { name: 'Show 5 more lines' }).click();
      expect(await code.textContent()).toContain('Test Files  1 failed');
      expect(complaints).toEqual([]);
    });

    it('changes the card in place', async () => {
      const { page, fake } = await open('#/board/s/app-7');
      await panel(page).locator('.card').getByText('attempt 1 of 2').waitFor();
      await fake.chat.update(
        { platform: 'web', channel: 'app', thread: 'app-7', message: 'app-7' },
        { kind: 'card', text: 'now', blocks: [{ type: 'text', text: 'Second try is green' }] },
      );
      await panel(page).locator('.card').getByText('Second try is green').waitFor();
      expect(await panel(page).locator('.card').count()).toBe(1);
    });

    it('reads a long thread page by page, the card always on top', async () => {
      const { page, fake } = await open();
      const ao = { subject: 'system:ao', name: 'ao', bot: true };
      for (let at = 0; at < 130; at += 1) {
        const text = `line ${at}.`;
        fake.store.insert({
          id: text,
          channel: 'app',
          thread: 'app-5',
          session: 'app-5',
          key: text,
          author: ao,
          text,
          message: { kind: 'post', text, blocks: [] },
          at: Date.now() - 130_000 + at * 1_000,
        });
      }
      await page.goto(`${fake.url}#/board/s/app-5`);
      await panel(page).getByText('line 129.').waitFor();
      // Where the reader is, so that it can be seen to stay.
      const place = panel(page).locator('.message', { hasText: 'line 70.' });
      const placeOf = async () => {
        const box = await place.boundingBox();
        // Its end: above it a name goes when the message before it is there.
        return box === null ? Number.NaN : box.y + box.height;
      };
      const first = panel(page).locator('.stream-item').nth(1);
      await panel(page).locator('.stream-item').first().locator('.card').waitFor();
      expect(await first.textContent()).toContain('line 70.');
      const earlier = panel(page).getByRole('button', { name: 'Show earlier messages' });
      await earlier.scrollIntoViewIfNeeded();
      const before = await placeOf();
      await earlier.click();
      await first.getByText('line 10.', { exact: true }).waitFor();
      expect(Math.abs((await placeOf()) - before)).toBeLessThan(3);
      await earlier.click();
      await first.getByText('line 0.', { exact: true }).waitFor();
      await earlier.waitFor({ state: 'detached' });
      expect(await panel(page).locator('.message').count()).toBe(130);
    });

    it('sends a pressed button once, however often it is pressed, and shows the private answer', async () => {
      const { page, fake } = await open('#/board/s/app-7');
      let release: (reply: ChatReply) => void = () => {};
      fake.answer = () =>
        new Promise((resolve) => {
          release = resolve;
        });
      const button = panel(page).getByRole('button', { name: 'Rerun', exact: true });
      await button.dblclick();
      await button.dispatchEvent('click');
      await until(() => fake.inputs.length > 0);
      expect(await button.isDisabled()).toBe(true);
      release({
        whisper: {
          kind: 'post',
          text: 'app-7 moved on.',
          blocks: [{ type: 'text', text: 'app-7 moved on: the head is now 77aa0f1.' }],
        },
      });
      await panel(page).getByText('the head is now 77aa0f1').waitFor();
      expect(fake.inputs).toEqual([
        expect.objectContaining({ type: 'action', action: 'rerun:app-7', thread: 'app-7' }),
      ]);
      expect(await button.isEnabled()).toBe(true);
      await panel(page).getByRole('button', { name: 'Dismiss this private answer' }).click();
      await panel(page).getByText('the head is now 77aa0f1').waitFor({ state: 'detached' });
    });

    it('asks before a button that wants it', async () => {
      const { page, fake } = await open('#/board/s/app-5');
      fake.answer = async () => ({});
      const merge = panel(page).locator('.card').getByRole('button', { name: 'Approve & merge' });
      await merge.click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await merge.click();
      await page.getByRole('dialog').getByText('checks 6 of 6').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Approve & merge' }).click();
      await until(() => fake.inputs.length > 0);
      expect(fake.inputs).toEqual([
        expect.objectContaining({
          action: `merge:app-5:${fake.session('app-5').pr?.headSha}~${fake.session('app-5').pr?.base}`,
        }),
      ]);
    });

    it('sends a reply with Enter and shows its receipt as it changes', async () => {
      const { page, fake } = await open('#/board/s/app-5');
      fake.answer = async () => ({});
      await composer(page).fill('first line');
      await composer(page).press('Shift+Enter');
      await composer(page).pressSequentially('second line');
      await composer(page).press('Enter');
      const mine = panel(page).locator('.message', { hasText: 'second line' });
      await mine.waitFor();
      const [reply] = fake.inputs;
      expect(reply).toMatchObject({
        type: 'reply',
        text: 'first line\nsecond line',
        thread: 'app-5',
      });
      expect(await composer(page).inputValue()).toBe('');
      expect(await mine.locator('[data-receipt]').count()).toBe(0);
      const ref = {
        platform: 'web',
        channel: 'app',
        thread: 'app-5',
        message: reply?.type === 'reply' ? reply.message : '',
      };
      for (const receipt of ['👀', '✅', '⚠️'] as const) {
        await fake.chat.react(ref, receipt);
        await mine.locator(`[data-receipt="${receipt}"]`).waitFor();
        expect(await mine.locator('[data-receipt]').count()).toBe(1);
      }
    });

    it('keeps what was typed over a failure and a reload, and sends the retry as the same delivery', async () => {
      const { page, fake } = await open('#/board/s/app-5');
      const deliveries: string[] = [];
      page.on('request', (request) => {
        if (request.url().endsWith('/api/chat/inputs'))
          deliveries.push((request.postDataJSON() as { delivery: string }).delivery);
      });
      fake.faults.failInputs = true;
      await send(page, 'do not lose me');
      await page.getByText('ao is restarting. Send it again in a moment.').waitFor();
      expect(await composer(page).inputValue()).toBe('do not lose me');
      fake.faults.failInputs = false;
      await composer(page).press('Enter');
      await panel(page).locator('.message', { hasText: 'do not lose me' }).waitFor();
      expect(deliveries).toHaveLength(2);
      expect(new Set(deliveries).size).toBe(1);
      await composer(page).fill('a draft');
      await page.reload();
      await until(async () => (await composer(page).inputValue()) === 'a draft');
    });

    it('says that a reply is queued while the agent is busy, and lets it be edited, sent now and removed', async () => {
      const { page, fake } = await open('#/board/s/app-10');
      await composer(page).fill('use Intl');
      await panel(page).getByText('The agent is busy: a message is queued').waitFor();
      await composer(page).press('Enter');
      const queued = panel(page).locator('[data-steer]');
      await queued.getByText('queued, place 1').waitFor();
      const steer = `/api/sessions/app-10/steers/${await queued.getAttribute('data-steer')}`;
      await queued.getByRole('button', { name: 'Edit' }).click();
      await panel(page).getByLabel('Edit the queued message').fill('use Intl, please');
      await panel(page).getByRole('button', { name: 'Save' }).click();
      await queued.getByRole('button', { name: 'Send now' }).click();
      await queued.getByRole('button', { name: 'Remove' }).click();
      await until(() => fake.posts.length === 3);
      expect(fake.posts).toEqual([
        { path: `${steer}/edit`, body: { text: 'use Intl, please' } },
        { path: `${steer}/now`, body: {} },
        { path: `${steer}/remove`, body: {} },
      ]);
    });
  });

  describe('the composer of a channel', () => {
    it('completes commands, issues and sessions, and shows the private answer in place', async () => {
      const { page, fake } = await open('#/c/app');
      const box = page.locator('main [data-composer]');
      await box.pressSequentially('/ao sp');
      await page.getByRole('option', { name: /\/ao spawn/ }).waitFor();
      await box.press('Tab');
      await box.pressSequentially('4');
      await page.getByRole('option', { name: /#46 Export the cost ledger/ }).waitFor();
      await box.press('ArrowDown');
      await box.press('ArrowDown');
      await box.press('Tab');
      expect(await box.inputValue()).toBe('/ao spawn 46 ');
      await box.fill('/ao spwan 42');
      await box.press('Enter');
      await page.locator('.whisper').getByText("isn't a command. Did you mean").waitFor();
      expect(fake.inputs).toEqual([
        expect.objectContaining({
          type: 'command',
          text: 'spwan 42',
          channel: 'app',
          thread: null,
        }),
      ]);
    });

    it('sends no loose words to nobody, but offers to make a session of them', async () => {
      const { page, fake } = await open('#/c/app');
      const box = page.locator('main [data-composer]');
      await box.fill('make the login test stable');
      await box.press('Enter');
      await page.getByRole('button', { name: 'start a session with this text' }).click();
      expect(await box.inputValue()).toBe('/ao spawn "make the login test stable"');
      expect(fake.inputs).toEqual([]);
    });

    it('takes the slash of a command typed without a click, and offers the command to one typed without', async () => {
      const { page, fake } = await open('#/c/app');
      const box = page.locator('main [data-composer]');
      await box.waitFor();
      await page.evaluate('document.activeElement.blur()');
      await page.keyboard.type('/ao spa');
      expect(await box.inputValue()).toBe('/ao spa');
      await box.fill('ao spawn 1');
      await box.press('Enter');
      await page.getByRole('button', { name: '/ao spawn 1' }).click();
      expect(await box.inputValue()).toBe('/ao spawn 1');
      expect(fake.inputs).toEqual([]);
    });

    it('opens a form of the server and keeps it open with its errors', async () => {
      const { page, fake } = await open('#/c/app');
      await page.locator('main [data-composer]').fill('/ao spawn ');
      await page.locator('main [data-composer]').press('Enter');
      const dialog = page.getByRole('dialog', { name: 'New session' });
      await dialog.getByRole('button', { name: 'Start' }).click();
      await dialog.getByText('Say what the agent should do.').waitFor();
      await dialog.getByLabel('What should the agent do?').fill('upgrade eslint');
      await dialog.getByRole('button', { name: 'Start' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(fake.inputs.at(-1)).toMatchObject({
        type: 'form',
        form: 'spawn:app',
        values: { text: 'upgrade eslint', agent: 'claude-code', base: '' },
      });
    });
  });

  describe('a lost connection', () => {
    it('is shown, and what was missed is replayed after the last id', async () => {
      const { page, fake } = await open('#/board/s/app-7');
      await until(() => fake.streams.length === 1);
      await fake.chat.post(
        { platform: 'web', channel: 'app', thread: 'app-7', root: 'app-7' },
        { kind: 'post', text: 'before the cut', blocks: [] },
        'k1',
      );
      await panel(page).locator('.message', { hasText: 'before the cut' }).waitFor();
      const last = fake.store.findByKey('k1')?.seq;
      fake.faults.refuseStreams = true;
      fake.dropStreams();
      await page.getByText('Reconnecting…').waitFor();
      await fake.chat.post(
        { platform: 'web', channel: 'app', thread: 'app-7', root: 'app-7' },
        { kind: 'post', text: 'said meanwhile', blocks: [] },
        'k2',
      );
      fake.faults.refuseStreams = false;
      await panel(page).locator('.message', { hasText: 'said meanwhile' }).waitFor();
      await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
      expect(fake.streams.at(0)).toBeNull();
      expect(fake.streams.at(-1)).toBe(String(last));
    });

    it('fetches everything again when the server has forgotten so much', async () => {
      const { page, fake } = await open('#/board/s/app-7');
      await panel(page).locator('.card').waitFor();
      fake.setSession({ ...fake.session('app-8') });
      fake.faults.forgetHistory = true;
      fake.faults.refuseStreams = true;
      fake.dropStreams();
      await page.getByText('Reconnecting…').waitFor();
      await fake.chat.post(
        { platform: 'web', channel: 'app', thread: 'app-7', root: 'app-7' },
        { kind: 'post', text: 'long forgotten', blocks: [] },
        'k1',
      );
      fake.faults.refuseStreams = false;
      await panel(page).locator('.message', { hasText: 'long forgotten' }).waitFor();
    });

    it('shows how to get in when the server no longer knows the browser', async () => {
      const { page, fake } = await open();
      fake.faults.unauthorised = true;
      await page.reload();
      await page.getByRole('heading', { name: "This browser isn't signed in" }).waitFor();
      await page.getByText('ao open').waitFor();
    });
  });

  describe('the inbox', () => {
    it('answers questions and merges in place', async () => {
      const { page, fake } = await open('#/inbox');
      const item = (id: string) => page.locator(`[data-inbox="${id}"]`);
      await item('request:app-9:r1')
        .getByLabel('Answer in your own words')
        .fill('Keep it until v3');
      await item('request:app-9:r1').getByRole('button', { name: 'Answer' }).click();
      await until(() => fake.posts.length === 1);
      await item('request:api-4:r2').getByRole('button', { name: 'Allow once' }).click();
      await item('merge:app-5').getByRole('button', { name: 'Approve & merge' }).click();
      await page.getByRole('dialog').getByText('checks 6 of 6').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Approve & merge' }).click();
      await until(() => fake.posts.length === 3);
      expect(fake.posts).toEqual([
        { path: '/api/sessions/app-9/answer', body: { request: 'r1', text: 'Keep it until v3' } },
        { path: '/api/sessions/api-4/answer', body: { request: 'r2', option: 'once' } },
        {
          path: '/api/sessions/app-5/merge',
          body: { sha: fake.session('app-5').pr?.headSha, base: 'main' },
        },
      ]);
    });
  });

  describe('the session tabs', () => {
    it('watches the terminal, and types only after the switch', async () => {
      const { page, fake, complaints } = await open('#/board/s/app-7/terminal');
      await panel(page).getByText('Watching').waitFor();
      await panel(page).locator('.xterm-rows').getByText('Reproducing the failure').waitFor();
      await panel(page).locator('.terminal-box').click();
      await page.keyboard.type('x');
      await panel(page).getByRole('switch', { name: 'Type into the terminal' }).check();
      await panel(page).getByText('Your keys go to the agent').waitFor();
      await page.keyboard.type('hello');
      await until(() => fake.typed.join('').includes('hello'));
      expect(fake.typed.join('')).toBe('hello');
      // The keyboard's way out; a terminal that is only watched takes no key at all.
      await page.keyboard.press('Shift+Escape');
      await panel(page).getByText('Watching').waitFor();
      const toggle = panel(page).getByRole('switch', { name: 'Type into the terminal' });
      expect(await toggle.isChecked()).toBe(false);
      await panel(page).locator('.xterm-helper-textarea').focus();
      await page.keyboard.press('Shift+Tab');
      expect(await page.evaluate('document.activeElement.role')).toBe('switch');
      expect(fake.typed.join('')).toBe('hello');
      expect(complaints).toEqual([]);
    });

    it('shows the diff by file with long files folded', async () => {
      const { page } = await open('#/board/s/app-7/diff');
      const file = (name: string) => panel(page).getByRole('region', { name });
      await file('src/auth/login.ts').getByText('await sleep(300);').waitFor();
      expect(await file('src/auth/login.ts').locator('tr.add').count()).toBe(7);
      await file('package-lock.json').getByText('841 lines, folded').waitFor();
      expect(await file('package-lock.json').locator('tr').count()).toBe(0);
      await file('assets/logo.png').getByText('Binary file').waitFor();
    });

    it('shows why a check failed, and its log', async () => {
      const { page } = await open('#/board/s/app-7/checks');
      await panel(page).getByLabel('Why unit failed').getByText('AssertionError').waitFor();
      await panel(page).getByRole('button', { name: /^unit/ }).click();
      await panel(page).getByLabel('Log of unit').getByText('> npm run unit').waitFor();
    });

    it('lists what happened and adds what happens', async () => {
      const { page, fake } = await open('#/board/s/app-7/timeline');
      await panel(page).getByText('PR #118 opened.').waitFor();
      fake.addEvent({
        session: 'app-7',
        project: 'app',
        at: Date.now(),
        event: { type: 'session.admitted' },
        text: 'Something new.',
      });
      await panel(page).getByText('Something new.').waitFor();
    });
  });

  describe('answers and what was typed', () => {
    const answer = (text: string): ChatReply => ({
      whisper: { kind: 'post', text, blocks: [{ type: 'text', text }] },
    });

    it('answers a button of a card in the channel below the card, though the thread is closed', async () => {
      const { page, fake } = await open('#/c/app');
      const card = page.locator('main .card[data-message="app-7"]');
      let asked = 0;
      fake.answer = async () => answer(`More about app-7, ${++asked}.`);
      await card.getByRole('button', { name: 'More…' }).click();
      const below = page
        .locator('main .stream-item', { has: page.locator('.card[data-message="app-7"]') })
        .locator('.whisper');
      await below.getByText('More about app-7, 1.').waitFor();
      await card.getByRole('button', { name: 'More…' }).click();
      await below.getByText('More about app-7, 2.').waitFor();
      // The newer answer takes the place of the older one, whose facts may be stale.
      expect(await page.locator('.whisper').count()).toBe(1);
    });

    it('lets later messages come below a private answer', async () => {
      const { page, fake } = await open('#/board/s/app-5');
      fake.answer = async () => answer('The status of a moment ago.');
      await send(page, '/ao status');
      await panel(page).getByText('The status of a moment ago.').waitFor();
      fake.answer = async () => ({});
      await send(page, 'and now something else');
      await panel(page).locator('.message', { hasText: 'and now something else' }).waitFor();
      const shown = await panel(page).locator('.stream .message').allInnerTexts();
      expect(shown.at(-1)).toContain('and now something else');
      expect(shown.at(-2)).toContain('The status of a moment ago.');
    });

    it('answers in a dialog what was pressed where no thread is on screen', async () => {
      const { page, fake } = await open('#/board/s/app-5/details');
      fake.answer = async () => answer('Only its owner may do that.');
      fake.setSession({ ...fake.session('app-5'), actions: ['handoff'] });
      await panel(page)
        .getByRole('button', { name: /^More actions/ })
        .click();
      await panel(page).getByRole('menuitem', { name: 'Hand over…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Only you can see this' });
      await dialog.getByText('Only its owner may do that.').waitFor();
      await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
      await dialog.waitFor({ state: 'detached' });
    });

    it('keeps a form open when what it asks for is refused, and its text over a reload', async () => {
      const { page, fake } = await open('#/c/app');
      await page.locator('main [data-composer]').fill('/ao spawn ');
      await page.locator('main [data-composer]').press('Enter');
      const dialog = page.getByRole('dialog', { name: 'New session' });
      await dialog.getByLabel('What should the agent do?').fill('upgrade eslint');
      fake.answer = async () => ({ ...answer('The budget is used up.'), refused: true });
      await dialog.getByRole('button', { name: 'Start' }).click();
      await dialog.getByText('The budget is used up.').waitFor();
      expect(await dialog.getByLabel('What should the agent do?').inputValue()).toBe(
        'upgrade eslint',
      );
      const tries = fake.inputs.length;
      await dialog.getByRole('button', { name: 'Start' }).click();
      // Another try, not the same delivery, which would only be answered again.
      await until(() => fake.inputs.length > tries);
    });

    it('keeps the text of a dialog until the bot has taken it: over a failure, a reload, and once for two tabs', async () => {
      const { page, fake } = await open('#/board/s/app-7');
      const ask = async (at: Page) => {
        await panel(at)
          .getByRole('button', { name: /^More actions/ })
          .click();
        await panel(at).getByRole('menuitem', { name: 'Interrupt…' }).click();
        return at.getByRole('dialog', { name: 'Interrupt app-7' });
      };
      const dialog = await ask(page);
      await dialog.getByLabel('Say instead').fill('stop, and read the log first');
      await page.route('**/interrupt', (route) => route.abort());
      await dialog.getByRole('button', { name: 'Interrupt' }).click();
      await page.getByText('ao did not answer.').waitFor();
      expect(await dialog.getByLabel('Say instead').inputValue()).toBe(
        'stop, and read the log first',
      );
      await page.unroute('**/interrupt');
      await page.reload();
      const again = await ask(page);
      expect(await again.getByLabel('Say instead').inputValue()).toBe(
        'stop, and read the log first',
      );
      const other = await page.context().newPage();
      await other.goto(page.url());
      const twin = await ask(other);
      expect(await twin.getByLabel('Say instead').inputValue()).toBe(
        'stop, and read the log first',
      );
      const keys: Array<string | undefined> = [];
      for (const tab of [page, other])
        tab.on('request', (request) => {
          if (request.url().endsWith('/interrupt')) keys.push(request.headers()['idempotency-key']);
        });
      await again.getByRole('button', { name: 'Interrupt' }).click();
      await again.waitFor({ state: 'detached' });
      await until(async () => (await twin.getByLabel('Say instead').inputValue()) === '');
      expect(keys).toHaveLength(1);
      expect(fake.posts.filter(({ path }) => path.endsWith('/interrupt'))).toHaveLength(1);
    });

    it('shows a long command to its end before it can be allowed', async () => {
      const sessions = sessionFixtures(Date.now()).map((view) => ({
        ...view,
        openRequests: view.openRequests.map((request) => ({
          ...request,
          text: `${request.text} && ${'echo a_long_word_without_a_gap_'.repeat(40)}\n${'true\n'.repeat(60)}rm -rf dist`,
        })),
      }));
      const { page } = await open('#/inbox', { viewport: PHONE, sessions });
      const shown = page.locator('.command-line').first();
      await shown.getByText('rm -rf dist').waitFor();
      const size = await shown.evaluate((box) => ({
        wide: box.scrollWidth <= box.clientWidth,
        high: box.scrollHeight <= box.clientHeight,
      }));
      expect(size).toEqual({ wide: true, high: true });
    });

    it('marks what is new since the last look', async () => {
      const { page, fake } = await open('#/board/s/app-5');
      await panel(page).locator('.stream .card').waitFor();
      await page.goto(`${fake.url}#/board`);
      await fake.chat.post(
        { platform: 'web', channel: 'app', thread: 'app-5', root: 'app-5' },
        { kind: 'post', text: 'News.', blocks: [{ type: 'text', text: 'News.' }] },
        'news',
      );
      await page.goto(`${fake.url}#/board/s/app-5`);
      await panel(page).locator('.new-mark').waitFor();
      const marked = panel(page).locator('.stream-item', {
        has: page.locator('.new-mark'),
      });
      expect(await marked.innerText()).toContain('News.');
    });
  });

  describe('the keyboard', () => {
    it('goes to views, walks lists, opens, writes and closes', async () => {
      const { page } = await open();
      await page.locator('[data-session]').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      await page.keyboard.press('j');
      const second = await page.locator('[data-session]').nth(1).getAttribute('data-session');
      await page.keyboard.press('Enter');
      await page.getByRole('complementary', { name: `Session ${second}` }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('g i and ? are only text here');
      expect(await composer(page).inputValue()).toBe('g i and ? are only text here');
      await page.keyboard.press('Escape');
      await page.keyboard.press(']');
      await panel(page).getByRole('tab', { name: 'Terminal', selected: true }).waitFor();
      await page.keyboard.press('[');
      await page.keyboard.press('Escape');
      await panel(page).waitFor({ state: 'detached' });
      await page.keyboard.press('g');
      await page.keyboard.press('i');
      await page.getByRole('heading', { name: 'Inbox' }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('2');
      await until(() => page.url().endsWith('#/c/app'));
    });
  });

  describe('on a phone', () => {
    it('has the bar below and a thread that fills the screen', async () => {
      const { page } = await open('#/board', { viewport: PHONE, hasTouch: true, isMobile: true });
      const bar = page.getByRole('navigation', { name: 'Views', exact: true });
      await bar.waitFor();
      expect(await page.getByRole('navigation', { name: 'Views and channels' }).isVisible()).toBe(
        false,
      );
      await page.locator('[data-session="app-7"]').tap();
      await panel(page).locator('.card').waitFor();
      expect(await panel(page).boundingBox()).toEqual({ x: 0, y: 0, ...PHONE });
      expect(await bar.isVisible()).toBe(false);
      await panel(page).getByRole('button', { name: 'Back' }).tap();
      await bar.getByRole('link', { name: /Channels/ }).tap();
      await page.getByRole('navigation', { name: 'Channels' }).getByText('app').tap();
      await page.locator('main .card').first().waitFor();
    });

    it.each(EVERY_VIEW)('nothing of %s sticks out at the side', async (hash) => {
      const { page } = await open(hash, { viewport: PHONE, hasTouch: true, isMobile: true });
      await page
        .locator(
          ':is([data-nav], .details dl, .cost-table, .xterm-rows, .message, .bot-section li):visible',
        )
        .first()
        .waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
      const wide = await page
        .locator('.main, .panel, .stream, .inbox, .issues, .cost, .bot, .board, .panel-body')
        .evaluateAll((boxes) =>
          boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.className),
        );
      expect(wide).toEqual([]);
    });
  });

  it.each(['light', 'dark'] as const)(
    'has text that can be read everywhere in the %s theme (contrast 4.5 to 1)',
    async (colorScheme) => {
      const { page, fake } = await open('#/board', { colorScheme });
      fake.setSession({
        ...fake.session('app-7'),
        steers: fake.session('app-7').steers.map((steer) => ({
          ...steer,
          state: 'failed',
          reason: 'The agent waits for a permission.',
        })),
      });
      const faint: string[] = [];
      for (const hash of [
        '#/board',
        '#/inbox',
        '#/issues',
        '#/cost',
        '#/c/app',
        '#/c/app/s/app-7',
        '#/board/s/app-7/diff',
        '#/board/s/app-7/checks',
        '#/board/s/app-7/timeline',
        '#/board/s/app-5/details',
      ]) {
        await page.goto(`${fake.url}${hash}`);
        await page.locator(':is([data-nav], .details dl, .cost-table):visible').first().waitFor();
        faint.push(
          ...(await page.evaluate<string[]>(FAINT_TEXTS)).map((text) => `${hash}: ${text}`),
        );
      }
      expect(faint).toEqual([]);
    },
  );

  it('follows the system theme until one is chosen, and keeps the choice', async () => {
    const { page } = await open('#/board', { colorScheme: 'dark' });
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(14, 15, 17)');
    await page.getByRole('button', { name: /^Theme/ }).click();
    expect(await background()).toBe('rgb(247, 247, 245)');
    await page.reload();
    await page.locator('.board').waitFor();
    expect(await background()).toBe('rgb(247, 247, 245)');
  });
});
