import { notFound, type PluginError, rejected } from '../../../src/slots/errors.ts';

/** GitHub says no with one status for quite different reasons; what helps is in its words. */
const ADVICE: ReadonlyArray<readonly [said: RegExp, todo: string]> = [
  [
    /\block(?:ed)?\b/i,
    'Somebody locked the conversation: unlock it at GitHub, or leave it as it is; the work goes on without the comment.',
  ],
  [/archived/i, 'The repository is archived, so nothing can be written to it: unarchive it.'],
  [
    /SAML|single sign-on|\bSSO\b/i,
    'The organization asks for single sign-on: authorize the token for it, in the settings of its owner.',
  ],
  [
    /IP (?:address|allow)|allow list/i,
    "The organization lets only certain addresses in: an owner adds this machine's.",
  ],
  [
    /suspended|blocked/i,
    'GitHub or the organization blocked the account: its owner finds out why at GitHub.',
  ],
  [
    /interaction|restricted to/i,
    'Interactions are limited for a while: an admin of the repository lifts the limit, or makes the account a collaborator.',
  ],
  [/disabled/i, 'It is turned off for the repository: an admin turns it on in its settings.'],
];
const PERMISSION = 'Give the token or the app the missing permission.';

const adviceOn = (said: string): string | null =>
  ADVICE.find(([words]) => words.test(said))?.[1] ?? null;

/** GitHub knows who asks, and refuses. `said`: its own words. */
export const forbidden = (what: string, said: string, cause: unknown): PluginError =>
  rejected(
    'AO_GITHUB_FORBIDDEN',
    `GitHub does not let ao at ${what}: ${withStop(said)} ${adviceOn(said) ?? PERMISSION}`,
    { cause },
  );

/** 404 and its like; of 410 the words say more than that it isn't there. */
export function missing(what: string, said: string, cause: unknown): PluginError {
  const advice = adviceOn(said);
  return advice === null
    ? notFound(
        'AO_GITHUB_NOT_FOUND',
        `GitHub knows no ${what}, or ao's token may not see it. Check the name and the token's permissions.`,
        { cause },
      )
    : notFound('AO_GITHUB_NOT_FOUND', `GitHub has no ${what}: ${withStop(said)} ${advice}`, {
        cause,
      });
}

const withStop = (said: string): string => (/[.!?]$/.test(said) ? said : `${said}.`);
