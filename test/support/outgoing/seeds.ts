import { createRedactor, type Redact } from '../../../src/lib/redact.ts';
import { core, EVERY_SIGN, KEY, MARKED, TOKENS } from '../seeded-secrets.ts';

/** A redactor that knows the values. */
export const plantedRedact = (): Redact => createRedactor([MARKED, EVERY_SIGN, KEY]).redact;

/**
 * What comes in, and what must not be read in what goes out. The value with the signs comes first: where a text is cut, it is
 * what is left. The disguises are a matter of the redactor's own tests: what is asked here is whether a text goes through it.
 */
export const PLANTED = {
  text: `${EVERY_SIGN} ${MARKED} ${TOKENS.session} ${TOKENS.address}\n${KEY}`,
  secrets: [
    EVERY_SIGN,
    MARKED,
    core(TOKENS.session ?? ''),
    core(TOKENS.address ?? ''),
    ...KEY.split('\n').slice(1, -1),
  ],
};

/** One of each service, in one text: for what writes little. */
export const ALL_TOKENS = {
  text: Object.values(TOKENS).join('\n'),
  secrets: Object.values(TOKENS).map(core),
};
