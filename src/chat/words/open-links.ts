/**
 * What an agent read somewhere must not lead people where they don't see: every link of its text stands there with its address,
 * whatever way of hiding it a platform knows. Nothing is taken from the text but the hiding.
 */
export const openLinks = (text: string): string =>
  text
    .split(BLOCK)
    .map((part, at) => (at % 2 === 1 ? part : toldApart(opened(part))))
    .join('');

/**
 * A block of code that is one for every platform: both fences alone on their lines, no other within. Whatever else has
 * backticks in it is code for one platform and text with links for the next, so it is opened up too.
 */
const BLOCK = /(^```[\w+.-]*[ \t]*\n(?:(?!.*```).*\n)*?```[ \t]*$)/m;

const SLACK_LINK = /<([a-z][a-z0-9+.-]*:[^|>\s]+)\|([^>]*)>/gi;
const HTML_LINK = /<a\s[^>]*?href\s*=\s*["']?([^"'\s>]+)["']?[^>]*>([\s\S]*?)<\/a\s*>/gi;
/** The beginning of an address, also of one on this bot, or of what reads as one once it is decoded. */
const ADDRESS = String.raw`[\s>]*<?\s*(?:[a-z][a-z0-9+.-]*:|[/#&%\\]|\.{1,2}/|www\.)`;
const MASKED = new RegExp(
  String.raw`!?\[((?:\\.|[^[\]\\])*)\]\((?=${ADDRESS})\s*<?([^\s)>]+)>?[^)]*\)`,
  'gi',
);
/** What is left once the plain ones are open: brackets in brackets, labels over lines, titles with parentheses. */
const LEFT_OVER = new RegExp(String.raw`\]\((?=${ADDRESS})`, 'gi');
/** `[label]: address` gives an address to a label that stands anywhere. */
const DEFINITION = new RegExp(String.raw`\]:(?=${ADDRESS})`, 'gi');

const opened = (text: string): string =>
  text
    .replace(MASKED, (_whole, label: string, url: string) => whole(label, url))
    .replace(SLACK_LINK, (_whole, url: string, label: string) => whole(label, url))
    .replace(HTML_LINK, (_whole, url: string, label: string) => whole(label, url))
    .replace(LEFT_OVER, '] (')
    .replace(DEFINITION, '] :');

const whole = (label: string, url: string): string => (label === url ? url : `${label} (${url})`);

const PLAIN_ADDRESS = /\bhttps?:\/\/[^\s<>"'`)\]]+/gi;

/** An address that looks like one host and leads to another: a name before an @, letters of another script, an odd number. */
const toldApart = (text: string): string =>
  text.replace(PLAIN_ADDRESS, (found) => {
    const address = found.replace(/[.,;:!*_~|]+$/, '');
    const host = hostOf(address);
    return host === null || host === seenHost(address)
      ? found
      : `${address} (leads to ${host})${found.slice(address.length)}`;
  });

const hostOf = (address: string): string | null =>
  URL.canParse(address) ? new URL(address).hostname : null;

/** What a reader takes for the host: all up to the first slash, without the port. */
const seenHost = (address: string): string =>
  (/^https?:\/\/([^/?#\\]*)/i.exec(address)?.[1] ?? '').replace(/:\d+$/, '').toLowerCase();
