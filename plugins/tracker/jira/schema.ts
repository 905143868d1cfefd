import { z } from 'zod';

/** Cloud names people by `accountId`, Data Center by `name`. */
const personSchema = z.object({
  accountId: z.string().nullish(),
  name: z.string().nullish(),
  displayName: z.string().nullish(),
  emailAddress: z.string().nullish(),
  active: z.boolean().nullish(),
});
export type Person = z.output<typeof personSchema>;
export const meSchema = personSchema.extend({});
export const peopleSchema = z.array(personSchema);

export const issueSchema = z.object({
  id: z.string(),
  key: z.string(),
  fields: z.object({
    summary: z.string(),
    description: z.unknown().optional(),
    status: z.object({ statusCategory: z.object({ key: z.string() }) }),
    labels: z.array(z.string()).nullish(),
    assignee: personSchema.nullish(),
    creator: personSchema.nullish(),
    updated: z.string(),
    project: z.object({ projectTypeKey: z.string().nullish() }).nullish(),
  }),
});
export type RawIssue = z.output<typeof issueSchema>;

const property = z.object({ key: z.string(), value: z.unknown().optional() });
const commentSchema = z.object({
  id: z.string(),
  author: personSchema.nullish(),
  body: z.unknown().optional(),
  created: z.string(),
  /** Set: only some may see it. */
  visibility: z.unknown().optional(),
  jsdPublic: z.boolean().nullish(),
  properties: z.array(property).nullish(),
});
export type RawComment = z.output<typeof commentSchema>;
export const commentsSchema = z.object({
  comments: z.array(commentSchema),
  total: z.number(),
});

export const foundSchema = z.object({
  issues: z.array(issueSchema),
  /** Cloud. */
  nextPageToken: z.string().nullish(),
  isLast: z.boolean().nullish(),
  /** Data Center. */
  total: z.number().nullish(),
});
export type Found = z.output<typeof foundSchema>;

export const transitionsSchema = z.object({
  transitions: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      isGlobal: z.boolean().nullish(),
      to: z.object({ statusCategory: z.object({ key: z.string() }) }),
      fields: z
        .record(
          z.string(),
          z.object({ required: z.boolean(), hasDefaultValue: z.boolean().nullish() }),
        )
        .nullish(),
    }),
  ),
});
export type Transition = z.output<typeof transitionsSchema>['transitions'][number];
export const createdSchema = z.object({ key: z.string() });
export const projectSchema = z.object({ key: z.string(), name: z.string() });
