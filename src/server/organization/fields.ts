/** The fields that forms around organizations share, each with the sentence for what is wrong with it. */
import { z } from 'zod';
import { type Capability, capabilities, companyRoles, organizationRoles } from '#contract/access.ts';
import { isTimeZone } from '#contract/calendar.ts';
import { passwordLengthMax, passwordLengthMin } from '#server/access/passwords.ts';
import { typedText } from '#server/http/input.ts';

/** One line a person typed. */
export const line = (lengthMax: number) =>
  typedText(lengthMax).refine((text) => !/[\n\t\u2028\u2029]/.test(text), 'must be one line');

export const name = line(200);

const emptied = z.union([z.null(), z.string().regex(/^\s{0,1000}$/)]).transform(() => null);

/** A line that may be left out or emptied: null and the empty text both clear it. */
export const optionalLine = (lengthMax: number) => z.union([emptied, line(lengthMax)]).optional();
export const optionalText = (lengthMax: number) => z.union([emptied, typedText(lengthMax)]).optional();

/** Lower case, as it is stored. */
export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(320, 'must have at most 320 characters')
  .pipe(z.email('must be an e-mail address'));

export const newPassword = z
  .string()
  .min(passwordLengthMin, `must have at least ${passwordLengthMin} characters`)
  .max(passwordLengthMax, `must have at most ${passwordLengthMax} characters`);

/** A name, never an offset: an offset knows no summer time. */
export const timeZone = z
  .string()
  .max(64)
  .refine((text) => /^[A-Za-z]/.test(text) && isTimeZone(text), 'must be an IANA time zone such as Europe/Berlin')
  .transform((text) => {
    const known = Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    return known.toLowerCase() === text.toLowerCase() ? known : text;
  });

const currencies = new Set(Intl.supportedValuesOf('currency'));
export const currency = z
  .string()
  .refine((text) => currencies.has(text), 'must be a currency code of ISO 4217 such as EUR');

function canonicalLocale(text: string): string | undefined {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(text)[0];
  } catch {
    return undefined;
  }
}
export const locale = z
  .string()
  .max(35)
  .refine((text) => canonicalLocale(text) !== undefined, 'must be a language tag (BCP 47) such as de-DE')
  .transform((text) => canonicalLocale(text) ?? text);

export const organizationRole = z.enum(organizationRoles, {
  error: () => `must be one of ${organizationRoles.join(', ')}`,
});
export const companyRole = z.enum(companyRoles, { error: () => `must be one of ${companyRoles.join(', ')}` });

export const capabilityList = z
  .array(z.enum(capabilities, { error: () => `must be one of ${capabilities.join(', ')}` }))
  .max(100)
  .transform((given): Capability[] => capabilities.filter((capability) => given.includes(capability)));

export const companyAssignments = z
  .array(
    z.strictObject({
      company_id: z.string(),
      role: companyRole,
      granted: capabilityList.default([]),
      denied: capabilityList.default([]),
    }),
  )
  .max(1000)
  .refine(
    (list) => new Set(list.map(({ company_id }) => company_id)).size === list.length,
    'must name each company once',
  );
export type Assignment = z.infer<typeof companyAssignments>[number];

/** What to look for in names and codes; an empty search is none. */
export const search = z
  .string()
  .trim()
  .max(200, 'must have at most 200 characters')
  // oxlint-disable-next-line no-control-regex
  .refine((text) => !/[\u0000-\u001f\u007f]/.test(text), 'must not contain control characters')
  .transform((text) => (text === '' ? undefined : text))
  .optional();

export const archivedFilter = z
  .enum(['true', 'false', 'all'], { error: () => 'must be true, false or all' })
  .default('all')
  .describe('true: only archived. false: only in use. all: in use first.');
