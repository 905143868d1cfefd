import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type Document, parseDocument } from 'yaml';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import type { CommonOptions } from './common-options.ts';
import { loadForCli } from './load-for-cli.ts';

/** Changes ao.yaml, with its comments and order kept, if it is in order before and after; otherwise nothing is written. Returns its path. */
export async function changeConfig(
  cli: Cli,
  options: CommonOptions,
  change: (document: Document) => void,
): Promise<string> {
  const { file } = await loadForCli(cli, options);
  if (file === null)
    throw new CliError('there is no ao.yaml to change.  Make one in the repository: ao init');
  const document = parseDocument(readFileSync(file, 'utf8'));
  change(document);
  // Beside the old one, so that what is relative in it means the same.
  const fresh = `${file}.new`;
  try {
    writeFileSync(fresh, document.toString({ lineWidth: 0 }));
    await loadForCli(cli, { ...options, config: fresh });
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
  return file;
}
