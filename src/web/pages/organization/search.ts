/** What the address of Organization may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';
import { isDay } from '#contract/calendar.ts';
import { pageSizeMax } from '#contract/export-jobs.ts';
import { dayField, idField, oneOfField, textField, wholeField } from '#web/url-search.ts';
import { activityTopics } from './activity/topics.ts';

export const tabs = ['keys', 'activity', 'account'] as const;
export type Tab = (typeof tabs)[number];

export const organizationSearch = z.object({
  /** Absent: companies and access. */
  tab: oneOfField(tabs),
  /** The company whose members are shown; absent: the selected one. */
  members_of: idField(),
  /** A part of a member's name or e-mail. */
  member: textField(),
  /** Of members or of activity, by the tab. */
  page: wholeField(0, 10_000_000),
  page_size: wholeField(1, pageSizeMax),
  /** Activity: of one company; absent: all of the organization that may be seen. */
  in: idField(),
  what: oneOfField(activityTopics),
  who: idField(),
  from: dayField(isDay),
  to: dayField(isDay),
});

export type OrganizationSearch = z.infer<typeof organizationSearch>;
