import { expect, test } from 'vitest';

export interface Fault {
  readonly what: string;
  /** What must be seen; the case checks it. */
  readonly result: string;
}

/**
 * Cases of one part of the fault table. Each is a test; when all have run, the table of those that held is compared with the
 * documentation, so that it says what was tried and nothing else.
 */
export function faultTable(title: string, file: string) {
  const held: Fault[] = [];
  return {
    fault(what: string, result: string, check: () => Promise<void> | void, timeout = 30_000): void {
      test(
        `${what}: ${result}`,
        async () => {
          await check();
          held.push({ what, result });
        },
        timeout,
      );
    },
    /** Call last. */
    written(): void {
      test('the table in the documentation is current', async () => {
        const rows = held.map(({ what, result }) => `| ${what} | ${result} |`);
        const table = [
          `# ${title}`,
          '',
          'Written by the tests of the same name in `test/faults`.',
          '',
          '| fault | what happens |',
          '|---|---|',
          ...rows,
          '',
        ];
        await expect(table.join('\n')).toMatchFileSnapshot(`../../docs/faults/${file}.md`);
      });
    },
  };
}
