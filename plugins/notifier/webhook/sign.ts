import { createHmac } from 'node:crypto';

/**
 * The signature of https://www.standardwebhooks.com: HMAC-SHA256 over `<id>.<seconds>.<body>`, keyed with the bytes of a `whsec_…` secret
 * (base64), or with the characters of any other.
 */
export function signature(secret: string, id: string, seconds: number, body: string): string {
  const key = secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}
