import { Marked } from 'marked';
import { expect, test } from 'vitest';
import { openLinks } from './open-links.ts';

const EVIL = 'https://evil.example/login';

/** Each hides `EVIL` behind a label on one platform or another. */
const HIDDEN = [
  `[the docs](${EVIL})`,
  `[the docs](<${EVIL}> "title (with) parentheses")`,
  `[the [inner] docs](${EVIL})`,
  `[the docs](\n${EVIL})`,
  `[a\nb](${EVIL})`,
  `![image](${EVIL})`,
  `[![image](https://ok.example/i.png)](${EVIL})`,
  `see [the docs][1] for more\n\n[1]: ${EVIL}`,
  `see [the docs][]\n\n[the docs]: <${EVIL}> 'title'`,
  `see [the docs]\n\n> [the docs]:\n> ${EVIL}`,
  `- [docs]:   ${EVIL}\n\n[docs]`,
  `a \` b [the docs](${EVIL}) c`,
  `\\\`[the docs](${EVIL})\\\``,
  `\`\` a \` b \`\` [the docs](${EVIL}) \``,
  `\`\`\` x \`y\` [the docs](${EVIL})\n\`\`\``,
  `\`\`\`\nx \`\`\` [the docs](${EVIL})\n\`\`\``,
  `<${EVIL}|the docs>`,
  `<a href="${EVIL}">the docs</a>`,
  `[the docs](&#104;ttps://evil.example/login)`,
];

// threat: an agent's text hides where a link leads | the address stands in sight
test.each(HIDDEN)('%j is opened up', (text) => {
  const open = openLinks(text);
  for (const link of linksIn(open)) expect(link.shown, open).toContain(decodeURI(link.to));
  expect(open).toMatch(/evil\.example/);
});

test.each([
  ['https://github.com@evil.example/x', 'evil.example'],
  ['https://github.com%2Flogin@evil.example', 'evil.example'],
  ['https://user:pass@evil.example/x', 'evil.example'],
  ['https://\u0430pple.com/login', 'xn--pple-43d.com'],
  ['http://2130706433/x', '127.0.0.1'],
  ['https://evil\u3002example/x', 'evil.example'],
])('%s says where it leads', (address, host) => {
  expect(openLinks(`look at ${address} now`)).toBe(`look at ${address} (leads to ${host}) now`);
});

test('addresses that are what they look like, code and prose stay as they are', () => {
  for (const text of [
    'see https://forge.test:8443/a/b?x=1#y, or http://localhost:3000.',
    '`list[i](x)` and m[0][1], [note]: this is one; f(x)[1](y)',
    '```md\n[the docs](https://forge.test)\n```\nand on',
    '- [x] done\n- [ ] open: https://FORGE.test/A',
    'wait: **https://forge.test**',
  ])
    expect(openLinks(text)).toBe(text);
});

/** Links as the page's renderer and Discord's rules find them. */
function linksIn(text: string): ReadonlyArray<{ shown: string; to: string }> {
  const found: Array<{ shown: string; to: string }> = [];
  const html = new Marked().parse(text, { async: false });
  for (const [, to = '', shown = ''] of html.matchAll(
    /<a [^>]*href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g,
  ))
    found.push({ shown, to });
  for (const [, shown = '', to = ''] of text.matchAll(
    /\[([^\]]*)\]\(<?((?:https?|mailto):[^)\s>]*)/g,
  ))
    found.push({ shown, to });
  return found;
}
