import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

/** Where vitest's JSON reporter writes. */
export const TEST_REPORT = path.join(root, 'coverage', 'vitest.json');

/** A report of an earlier run must never pass for this one's. */
export const forgetTestReport = () => rmSync(TEST_REPORT, { force: true });

/** Prints `N passed, N failed` of the last run and names what failed. False when there is no report. */
export function printTestSummary() {
  if (!existsSync(TEST_REPORT)) {
    console.log('tests: no report was written');
    return false;
  }
  const report = JSON.parse(readFileSync(TEST_REPORT, 'utf8'));
  for (const file of report.testResults.filter((result) => result.status === 'failed')) {
    const cases = file.assertionResults
      .filter((result) => result.status === 'failed')
      .map((result) => result.fullName);
    for (const name of cases.length > 0 ? cases : ['could not be loaded'])
      console.log(`failed: ${path.relative(root, file.name)}: ${name}`);
  }
  const suites = report.testResults.filter(
    (result) => result.status === 'failed' && result.assertionResults.length === 0,
  ).length;
  console.log(`${report.numPassedTests} passed, ${report.numFailedTests + suites} failed`);
  return true;
}
