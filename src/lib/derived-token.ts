import { createHash, createHmac } from 'node:crypto';

/**
 * Makes the token of something out of a master token, so that none has to be kept: the same for the same name, and no way back. The
 * prefix lets it be known, and masked, wherever it turns up whole.
 */
export function deriveTokens(master: string): (name: string) => string {
  const secret = createHash('sha256').update(`session tokens of ${master}`).digest();
  return (name) => `ao_s_${createHmac('sha256', secret).update(name).digest('base64url')}`;
}
