import { expect, test } from 'vitest';
import { emptyJournal, isExpected, noteTaken, noteTyped, wasTaken } from './text-journal.ts';

const hook = (at: number) => ({ at, by: 'hook', within: 1000 });
const transcript = (at: number) => ({ at, by: 'transcript', within: 1000 });

test('the same words twice in a second are two messages, each proved once', () => {
  const journal = emptyJournal();
  noteTyped(journal, 'continue', 'continue', 10);
  expect(noteTaken(journal, 'continue', hook(20))).toMatchObject({ ours: true, known: false });
  noteTyped(journal, 'continue', 'continue', 30);
  expect(wasTaken(journal, 'continue')).toBe(false);
  // Late news of the first isn't proof of the second.
  expect(noteTaken(journal, 'continue', transcript(21))).toMatchObject({ ours: true, known: true });
  expect(wasTaken(journal, 'continue')).toBe(false);
  expect(noteTaken(journal, 'continue', hook(40))).toMatchObject({ ours: true, known: false });
  expect(wasTaken(journal, 'continue')).toBe(true);
});

test('a witness of what was taken before it was typed again proves nothing', () => {
  const journal = emptyJournal();
  noteTyped(journal, 'go', 'go', 10);
  noteTyped(journal, 'go', 'go', 5000);
  noteTaken(journal, 'go', transcript(11));
  expect(wasTaken(journal, 'go')).toBe(false);
});

test('what was meant is told, however it was typed or written down', () => {
  const journal = emptyJournal();
  noteTyped(journal, '/clear  cafe\u0301', '\\/clear  caf\u00e9', 10);
  expect(noteTaken(journal, '\\/clear caf\u00e9', hook(20)).text).toBe('/clear  cafe\u0301');
});

test('a message with a few keys of a person in it was taken; another one was not', () => {
  const journal = emptyJournal();
  noteTyped(journal, 'run the tests', 'run the tests', 10);
  expect(isExpected(journal, 'do not push', 20, 'hook')).toBe(false);
  expect(noteTaken(journal, 'no', hook(20)).ours).toBe(false);
  expect(noteTaken(journal, 'run the tesxts', hook(30))).toMatchObject({
    ours: true,
    text: 'run the tests',
  });
  expect(wasTaken(journal, 'run the tests')).toBe(true);
});

test('two witnesses of what a person typed are one message', () => {
  const journal = emptyJournal();
  expect(noteTaken(journal, 'hi', hook(10))).toMatchObject({ ours: false, known: false });
  expect(noteTaken(journal, 'hi', transcript(12))).toMatchObject({ ours: false, known: true });
  expect(noteTaken(journal, 'hi', hook(500))).toMatchObject({ known: true });
});
