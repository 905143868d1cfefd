/** Words that want to be an option, a command, a path or another line. `{canary}` is a file that must never be there. */
const HOSTILE = [
  '--upload-pack=touch {canary}',
  '--output={canary}',
  '-c core.sshCommand=touch {canary}',
  '--exec=touch {canary}',
  '; touch {canary}',
  '$(touch {canary})',
  '`touch {canary}`',
  '| touch {canary}',
  '&& touch {canary} #',
  "' || touch {canary} || '",
  '../../../etc/passwd',
  '..\\..\\x',
  '/etc/passwd',
  '.git/config',
  'a/../../b',
  'a\0b',
  'a\nb: c',
  'a\r\nX-Injected: 1',
  '\u001b]0;x\u0007',
  '\u202egnp.exe',
  'HEAD~1:../x',
  'x@{u}',
  'refs/heads/../../config',
  ':(top)x',
  'ext::sh -c touch% {canary}',
  '%2e%2e%2fetc',
  '__proto__',
] as const;

export const hostileWords = (canary: string): readonly string[] =>
  HOSTILE.map((word) => word.replaceAll('{canary}', canary));
