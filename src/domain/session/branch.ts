/** `feat/42-fix-flaky-login`: what git accepts, what people can read, at most 60 characters. */
export function branchName(namespace: string, issue: string | null, title: string): string {
  const slug = title
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const id =
    issue === null
      ? ''
      : issue
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, '-')
          .replaceAll(/^-+|-+$/g, '');
  const name = [id, slug].filter((part) => part !== '').join('-');
  return `${namespace}/${name === '' ? 'task' : name}`;
}
