/** Letters that no decomposition turns into Latin ones. */
const SPELLED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[ßæœøđðłþı]/g, (letter) => SPELLED[letter] ?? '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

/**
 * `feat/42-fix-flaky-login`: what git accepts, what people can read, at most 60 characters. A title without Latin letters or digits
 * is stood for by the session: `feat/42-app-7`.
 */
export function branchName(
  namespace: string,
  issue: string | null,
  title: string,
  session: string,
): string {
  const slug = slugOf(title).slice(0, 40).replace(/-+$/, '');
  const name = [issue === null ? '' : slugOf(issue), slug === '' ? session : slug];
  return `${namespace}/${name.filter((part) => part !== '').join('-')}`;
}
