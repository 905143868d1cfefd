import type { Webhooks } from '../http/deps.ts';
import { PluginError } from '../slots/errors.ts';
import type { Logger } from '../slots/plugin.ts';
import type { ScmPlugin } from '../slots/scm.ts';

export interface WebhookParts {
  /** `name`: last part of the address where the project's deliveries come in. */
  readonly projects: () => ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly scm: () => ScmPlugin;
  }>;
  /** A delivery was taken: its kind, in the forge's own words. */
  readonly onEvent: (project: string, event: string) => void;
  readonly logger: Logger;
}

/** Deliveries of a forge at `/webhooks/<name>`. Each project of that name checks the signature with its own secret and takes what is its. */
export function createWebhooks({ projects, onEvent, logger }: WebhookParts): Webhooks {
  const taking = (name: string): ReadonlyArray<{ readonly id: string; readonly scm: ScmPlugin }> =>
    projects()
      .filter((project) => project.name === name)
      .map((project) => ({ id: project.id, scm: project.scm() }))
      .filter(({ scm }) => scm.capabilities.webhooks);

  return {
    accepts: (name) => taking(name).length > 0,
    signed: (name, headers) =>
      taking(name).some(({ scm }) => {
        const header = scm.capabilities.signatureHeader;
        return header === undefined || (headers[header] ?? '') !== '';
      }),
    async receive({ name, headers, body }) {
      let refused: { status: 400 | 401; detail: string } | null = null;
      let failed: unknown = null;
      let taken = 0;
      for (const { id, scm } of taking(name)) {
        try {
          const { event } = await scm.webhook({ headers, body });
          onEvent(id, event);
          taken += 1;
        } catch (error) {
          if (!(error instanceof PluginError)) throw error;
          if (error.kind === 'auth' && error.code.startsWith('AO_WEBHOOK'))
            refused ??= { status: 401, detail: error.message };
          else if (error.code.startsWith('AO_WEBHOOK'))
            refused = { status: 400, detail: error.message };
          else failed = error;
        }
      }
      if (failed !== null)
        logger.warn(
          { webhook: name, err: failed },
          'a delivery could not be used; the next look at the pull requests makes up for it',
        );
      if (taken > 0 || failed !== null) return { status: 202, detail: 'taken' };
      return refused ?? { status: 400, detail: 'No project takes this delivery.' };
    },
  };
}
