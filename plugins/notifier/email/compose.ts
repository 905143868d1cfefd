import { createHash } from 'node:crypto';
import type { Priority } from '../../../src/domain/session/policy.ts';
import type { Notification } from '../../../src/slots/notifier.ts';
import {
  bodyLines,
  clean,
  clipped,
  oneLine,
  prLineOf,
  whereOf,
} from '../../shared/notifier/plain-lines.ts';

const LONGEST = 20_000;

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly priority: 'high' | 'normal' | 'low';
}

/** The id is made from the key: mailboxes show the same mail once, though it may be sent twice. `references` makes a conversation of each session. */
export function composeMail(
  message: Notification,
  priority: Priority,
  key: string,
  domain: string,
): Mail & { readonly references: string } {
  const idOf = (text: string): string =>
    `<${createHash('sha256').update(text).digest('hex').slice(0, 32)}@${domain}>`;
  return {
    subject: `[${message.project}] ${oneLine(message.title, 150)}`,
    text: `${clipped(bodyLines(message).join('\n\n'), LONGEST)}\n`,
    html: htmlOf(message),
    messageId: idOf(key),
    references: idOf(`session ${message.session ?? message.project}`),
    // Answers by machines (out of office) are not wanted: nobody reads them.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    priority: priority === 'urgent' ? 'high' : priority === 'info' ? 'low' : 'normal',
  };
}

function htmlOf(message: Notification): string {
  const pr = prLineOf({
    ...message,
    pr: message.pr === null ? null : { ...message.pr, url: null },
  });
  const rows = [
    `<p style="white-space:pre-wrap">${escapeHtml(clipped(message.text, LONGEST))}</p>`,
    message.next === null ? '' : `<p><strong>${escapeHtml(clean(message.next))}</strong></p>`,
    pr === null ? '' : `<p>${link(pr, message.pr?.url ?? null)}</p>`,
    `<p>${link(message.url === null ? whereOf(message) : `Open ${whereOf(message)}`, message.url)}</p>`,
  ];
  return `<div style="font-family:sans-serif;max-width:40em">${rows.join('')}</div>`;
}

const link = (label: string, url: string | null): string =>
  url === null || !/^https?:\/\//.test(url)
    ? escapeHtml(label)
    : `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`;

const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
