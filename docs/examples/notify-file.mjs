import { appendFile } from 'node:fs/promises';

/**
 * A notifier that appends each message to a file.
 *
 * @type {import('../../src/slots/external-plugin.ts').ExternalPlugin}
 */
export default ({ z, transient }) => ({
  slot: 'notifier',
  name: 'file',
  description: 'Appends each message to a file',
  contract: 1,
  config: z.strictObject({ file: z.string().describe('Where to append') }),
  create: ({ file }) => ({
    async notify({ title, text }, { priority }) {
      try {
        await appendFile(file, `${priority}: ${title}: ${text}\n`);
      } catch (error) {
        throw transient(
          'AO_FILE_NOTIFIER',
          `${file} could not be written: ${error.message}. Make it writable.`,
          { cause: error },
        );
      }
    },
    async doctor() {
      return [{ level: 'ok', what: `appends to ${file}`, fix: null }];
    },
  }),
});
