/** Whether a repository is named by an address to clone, not by a folder. */
export const isAddress = (text: string): boolean =>
  /^([a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i.test(text);

/** Id of a project, from the name of its folder or repository. */
export const projectId = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.git$/, '')
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z]+/, '') || 'project';
