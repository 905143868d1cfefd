import Mustache from 'mustache';

/** Renders a message template. Never throws: a broken template is shown as it stands, an unknown variable is empty. */
export function renderTemplate(
  template: string,
  variables: Readonly<Record<string, unknown>>,
): string {
  try {
    // Messages are plain text for agents and chats, so nothing is escaped for HTML.
    return Mustache.render(template, variables, {}, { escape: String });
  } catch {
    return template;
  }
}

/** What is wrong with a template, in one line; null when nothing is. */
export function templateError(template: string): string | null {
  try {
    Mustache.parse(template);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
