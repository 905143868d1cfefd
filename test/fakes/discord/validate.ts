/** Requests and responses against Discord's own OpenAPI document, and by hand what that document misses. */
import * as spec from 'discord-api-spec/zod';

interface Schema {
  safeParse(value: unknown): {
    readonly success: boolean;
    readonly error?: {
      readonly issues: ReadonlyArray<{
        readonly path: readonly PropertyKey[];
        readonly message: string;
      }>;
    };
  };
}

type Json = Record<string, unknown>;

/** Null: as the document wants it. */
function against(schema: Schema, value: unknown): string | null {
  const parsed = schema.safeParse(value);
  if (parsed.success) return null;
  return (
    (parsed.error?.issues ?? [])
      .slice(0, 3)
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      .join('; ') || 'invalid'
  );
}

const CALLBACKS: Readonly<Record<number, Schema>> = {
  4: spec.CreateMessageInteractionCallbackRequestSchema,
  5: spec.CreateMessageInteractionCallbackRequestSchema,
  6: spec.UpdateMessageInteractionCallbackRequestSchema,
  7: spec.UpdateMessageInteractionCallbackRequestSchema,
  8: spec.ApplicationCommandAutocompleteCallbackRequestSchema,
  9: spec.ModalInteractionCallbackRequestSchema,
};

export const invalidRequest = {
  message: (body: Json, files: number): string | null =>
    against(spec.MessageCreateRequestSchema, body) ?? badMessage(body, files),
  edit: (body: Json, files: number): string | null =>
    against(spec.MessageEditRequestPartialSchema, body) ?? badMessage(body, files, true),
  forumPost: (body: Json, files: number): string | null =>
    against(spec.CreateForumThreadRequestSchema, body) ?? badMessage(body.message as Json, files),
  thread: (body: Json): string | null =>
    against(spec.CreateTextThreadWithMessageRequestSchema, body),
  changeThread: (body: Json): string | null => against(spec.UpdateThreadRequestPartialSchema, body),
  changeChannel: (body: Json): string | null =>
    against(spec.UpdateGuildChannelRequestPartialSchema, body),
  direct: (body: Json): string | null => against(spec.CreatePrivateChannelRequestSchema, body),
  commands: badCommands,
  webhook: (body: Json, files: number): string | null =>
    against(spec.IncomingWebhookInteractionRequestSchema, body) ?? badMessage(body, files),
  callback(body: Json, files: number): string | null {
    const schema = CALLBACKS[Number(body.type)];
    if (schema === undefined) return `unknown callback type ${String(body.type)}`;
    const data = body.data as Json | undefined;
    if (body.type === 9) return against(schema, body) ?? badModal(data ?? {});
    return against(schema, body) ?? (body.type === 4 ? badMessage(data ?? {}, files) : null);
  },
};

export const invalidResponse = {
  message: (body: unknown): string | null => against(spec.MessageResponseSchema, inZulu(body)),
  thread: (body: unknown): string | null => against(spec.ThreadResponseSchema, inZulu(body)),
  gateway: (body: unknown): string | null => against(spec.GatewayBotResponseSchema, body),
  member: (body: unknown): string | null => against(spec.GuildMemberResponseSchema, inZulu(body)),
};

/** Discord writes times with +00:00, which the generated schemas do not take. */
const inZulu = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\dT[\d:.]+)\+00:00$/, '$1Z') : value,
  );

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const length = (value: unknown): number => (typeof value === 'string' ? value.length : 0);

function badMessage(body: Json, files: number, partial = false): string | null {
  if ((Number(body.flags ?? 0) & COMPONENTS_V2) !== 0) return badLayout(body);
  if (list(body.components).some((row) => row.type !== 1))
    return 'components: this type needs the flag IS_COMPONENTS_V2';
  const [embeds, rows] = [list(body.embeds), list(body.components)];
  if (length(body.content) > 2000) return 'content: Must be 2000 or fewer in length.';
  if (embeds.some((embed) => length(embed.description) > 4096))
    return 'embeds: description over 4096';
  if (embeds.reduce((sum, embed) => sum + embedSize(embed), 0) > 6000)
    return 'MAX_EMBED_SIZE_EXCEEDED (6000)';
  if (rows.length > 5) return 'components: Must be 5 or fewer in length.';
  const controls = rows.flatMap((row) => list(row.components));
  const ids = controls.flatMap((control) =>
    control.custom_id === undefined ? [] : [control.custom_id],
  );
  if (new Set(ids).size !== ids.length) return 'COMPONENT_CUSTOM_ID_DUPLICATED';
  if (
    controls.some(
      (control) => control.type === 2 && (control.style === 5) === (control.url === undefined),
    )
  )
    return 'BUTTON_COMPONENT_URL';
  if (
    controls.some(
      (control) => control.type === 2 && control.style !== 5 && control.custom_id === undefined,
    )
  )
    return 'A custom id is required';
  if (rows.some((row) => list(row.components).length > 5)) return 'components: 5 buttons a row';
  if (
    !partial &&
    length(body.content) === 0 &&
    embeds.length === 0 &&
    rows.length === 0 &&
    files === 0
  )
    return 'Cannot send an empty message';
  return null;
}

const COMPONENTS_V2 = 1 << 15;

function badLayout(body: Json): string | null {
  if (length(body.content) > 0 || list(body.embeds).length > 0)
    return 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2';
  const top = list(body.components);
  const all = top.flatMap((component) => [component, ...list(component.components)]);
  if (top.length === 0 || all.length > 40) return 'components: 1 to 40 in all';
  if (all.reduce((sum, component) => sum + length(component.content), 0) > 4000)
    return 'components: over 4000 characters in all';
  const ids = all.flatMap((component) =>
    component.custom_id === undefined ? [] : [component.custom_id],
  );
  return new Set(ids).size === ids.length ? null : 'COMPONENT_CUSTOM_ID_DUPLICATED';
}

const embedSize = (embed: Json): number =>
  length(embed.title) +
  length(embed.description) +
  length((embed.footer as Json | undefined)?.text) +
  length((embed.author as Json | undefined)?.name) +
  list(embed.fields).reduce((sum, field) => sum + length(field.name) + length(field.value), 0);

function badModal(data: Json): string | null {
  const fields = list(data.components);
  if (fields.length > 5) return 'components: 5 or fewer in a modal';
  return length(data.title) > 45 ? 'title: Must be 45 or fewer in length.' : null;
}

function badCommands(body: unknown): string | null {
  const commands = list(body);
  const wrong = commands
    .map(
      (command) =>
        against(spec.ApplicationCommandUpdateRequestSchema, command) ?? badCommand(command),
    )
    .find((problem) => problem !== null);
  if (wrong !== undefined) return wrong;
  const names = commands.map((command) => `${String(command.type ?? 1)} ${String(command.name)}`);
  return new Set(names).size === names.length ? null : 'APPLICATION_COMMANDS_DUPLICATE_NAME';
}

function badCommand(command: Json): string | null {
  const chat = (command.type ?? 1) === 1;
  if (chat && !/^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u.test(String(command.name)))
    return 'APPLICATION_COMMAND_INVALID_NAME';
  if (chat && length(command.description) === 0) return 'description: required';
  if (commandSize(command) > 8000) return 'APPLICATION_COMMAND_TOO_LARGE';
  return badOptions(list(command.options));
}

function badOptions(options: readonly Json[]): string | null {
  if (options.length > 25) return 'options: Must be 25 or fewer in length.';
  const firstOptional = options.findIndex((option) => option.required !== true);
  const lastRequired = options.findLastIndex((option) => option.required === true);
  if (firstOptional !== -1 && lastRequired > firstOptional)
    return 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID';
  if (options.some((option) => option.autocomplete === true && list(option.choices).length > 0))
    return 'APPLICATION_COMMAND_AUTOCOMPLETE_AND_CHOICES';
  if (
    options.some(
      (option) =>
        !/^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u.test(String(option.name)) ||
        length(option.description) === 0 ||
        length(option.description) > 100,
    )
  )
    return 'option name or description';
  return (
    options.map((option) => badOptions(list(option.options))).find((problem) => problem !== null) ??
    null
  );
}

const commandSize = (command: Json): number =>
  length(command.name) +
  length(command.description) +
  list(command.choices).reduce(
    (sum, choice) => sum + length(choice.name) + length(choice.value),
    0,
  ) +
  list(command.options).reduce((sum, option) => sum + commandSize(option), 0);
