import { expect, it } from 'vitest';
import { issueName } from './issue-name.ts';

it('calls an issue by its number or by its key', () => {
  expect(issueName('42')).toBe('#42');
  expect(issueName('ENG-42')).toBe('ENG-42');
});
