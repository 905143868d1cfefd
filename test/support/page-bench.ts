import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { SessionView } from '../../src/commands/views.ts';
import { type FakeWebApi, startFakeWebApi } from '../fakes/web-api.ts';
import { sessionFixtures } from '../fakes/web-fixtures.ts';
import { fillChat } from '../fakes/web-scenario.ts';
import { buildPage } from './built-page.ts';
import { launchChromium } from './chromium.ts';

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** Every view, and every tab of a session, of the fixtures. */
export const EVERY_VIEW = [
  '#/board',
  '#/inbox',
  '#/issues',
  '#/cost',
  '#/bot',
  '#/c/app',
  '#/board/s/app-7',
  '#/board/s/app-7/terminal',
  '#/board/s/app-7/diff',
  '#/board/s/app-7/checks',
  '#/board/s/app-7/timeline',
  '#/board/s/app-7/details',
] as const;

export interface OpenedPage {
  readonly page: Page;
  readonly fake: FakeWebApi;
  /** Console errors, uncaught exceptions and refused resources. A test that expects none asks at its end. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface PageBench {
  /** A fresh server with the fixtures and a fresh browser profile, at `#/board` or where `hash` says. */
  open(
    hash?: string,
    options?: BrowserContextOptions & { sessions?: readonly SessionView[] },
  ): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** One build and one browser for a whole test file. */
export async function openPageBench(chromium: string): Promise<PageBench> {
  const built = await buildPage();
  const browser: Browser = await launchChromium(chromium);
  return {
    async open(hash = '#/board', { sessions = sessionFixtures(Date.now()), ...context } = {}) {
      let back = 0;
      const clock = { now: () => Date.now() - back, after: () => ({ cancel: () => {} }) };
      const fake = await startFakeWebApi({ page: built.folder, clock, sessions });
      await fillChat(fake, sessions, (ago) => {
        back = ago;
      });
      const profile = await browser.newContext({ viewport: DESK, ...context });
      const page = await profile.newPage();
      page.setDefaultTimeout(8_000);
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(fake.url + hash);
      await page
        .locator('.view-head, .rail-full, .panel, .locked')
        .first()
        .waitFor({ state: 'attached' });
      return {
        page,
        fake,
        complaints,
        async close() {
          await profile.close();
          await fake.close();
        },
      };
    },
    async close() {
      await browser.close();
      await built.remove();
    },
  };
}
