import { expect, test } from 'vitest';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { scriptedScreens } from '../../../test/support/scripted-screens.ts';
import { startPage, watchStartPages } from './start-pages.ts';

const RULE = '─'.repeat(60);
const FOOT = '  Enter to confirm · Esc to cancel';

/** First lines as Claude Code 2.1.332 draws them. */
const PAGES = [
  [
    'MCP servers',
    `${RULE}\n  New MCP server found in this project: x\n  ❯ Continue without\n${FOOT}`,
  ],
  ['CLAUDE.md', `${RULE}\n  Allow external CLAUDE.md file imports?\n  ❯ No, disable\n${FOOT}`],
  [
    'API key',
    `${RULE}\n  Detected a custom API key in your environment\n  ❯ No (recommended)\n${FOOT}`,
  ],
  ['first-run', ' Choose the text style that looks best with your terminal\n ❯ ✔ Auto'],
  [
    'settings file',
    `${RULE}\n  Settings Error\n  └ Invalid or malformed JSON\n  ❯ 1. Fix\n${FOOT}`,
  ],
  ['before it starts', `  A page nobody has seen\n  ❯ 1. Yes\n    2. No\n${FOOT}`],
] as const;

test.each(PAGES)('names the page about %s, with what to do', (words, screen) => {
  expect(startPage(screen)).toContain(words);
  expect(startPage(screen)).toContain('Open its terminal');
});

test('an input or an empty screen is no page', () => {
  expect(startPage('')).toBeNull();
  expect(startPage(`${RULE}\n❯ \n${RULE}\n  ? for shortcuts`)).toBeNull();
});

test('a page is told once, and that it is gone', async () => {
  const clock = manualClock();
  const { terminal } = scriptedScreens(['', PAGES[0][1], PAGES[0][1], new Error('gone'), '']);
  const told: Array<string | null> = [];
  const watch = watchStartPages({
    terminal,
    clock,
    isOver: () => false,
    tell: (page) => told.push(page),
  });
  for (let second = 0; second < 6; second += 1) {
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  watch.cancel();
  expect(told).toEqual([expect.stringContaining('MCP servers'), null]);
});
