import { expect, it } from 'vitest';
import { branchName } from './branch.ts';

it.each([
  ['42', 'Fix: flaky login!', 'feat/42-fix-flaky-login'],
  [null, 'Größe ändern', 'feat/grosse-andern'],
  [null, 'Łódź Ærø', 'feat/lodz-aero'],
  ['42', '修复登录', 'feat/42-app-7'],
  [null, 'Починить вход', 'feat/app-7'],
  [null, '🔥🔥', 'feat/app-7'],
  ['42', '修复 login', 'feat/42-login'],
  ['PROJ/ÜX', 'Тест', 'feat/proj-ux-app-7'],
])('%s %s', (issue, title, branch) => {
  expect(branchName('feat', issue, title, 'app-7')).toBe(branch);
});
