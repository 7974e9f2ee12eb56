/** What a destination of each type is made of, as it is typed in: its settings, and what of them is secret. */
import { z } from 'zod';
import { invalidField } from '#contract/errors.ts';
import type { DestinationSettings } from '#contract/deliveries.ts';
import { type DestinationType, webhookEvents } from '#contract/schedules.ts';
import { errorFromIssues } from '#server/http/problem.ts';
import { email, line } from '#server/organization/fields.ts';
import { AddressRefused, checkedAddress } from './network.ts';

const secretBytes = { min: 24, max: 64 };

/** `whsec_` and base64, as Standard Webhooks writes secrets. */
const webhookSecret = z.string().refine((text) => {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const { length } = Buffer.from(encoded ?? '', 'base64');
  return encoded !== undefined && length >= secretBytes.min && length <= secretBytes.max;
}, `must be whsec_ and ${secretBytes.min} to ${secretBytes.max} bytes in base64`);

const host = z
  .string()
  .trim()
  .max(253)
  .regex(
    /^(\[?[0-9a-fA-F:.]+\]?|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)$/,
    'must be the name or address of a server',
  );

const hostKey = z
  .string()
  .trim()
  .max(2000)
  .regex(
    /^(SHA256:[A-Za-z0-9+/]{43}=?|[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}( .*)?)$/,
    'must be SHA256:… or the key as in known_hosts (ssh-ed25519 AAAA…)',
  );

const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be a web address' })
  .max(2000)
  .refine((text) => {
    const { username, password, hash } = new URL(text);
    return username === '' && password === '' && hash === '';
  }, 'must hold no user, password or fragment');

const shapes = {
  mail: z.strictObject({
    recipients: z
      .array(email)
      .min(1, 'must name somebody')
      .max(100)
      .transform((all) => [...new Set(all)]),
    attach: z.enum(['never', 'when_it_fits']).default('never'),
  }),
  webhook: z.strictObject({
    url: webAddress,
    secret: webhookSecret.optional(),
    events: z
      .array(z.enum(webhookEvents, { error: () => `must be of ${webhookEvents.join(', ')}` }))
      .default([])
      .transform((all) => [...new Set(all)]),
  }),
  sftp: z.strictObject({
    host,
    port: z.int().min(1).max(65_535).default(22),
    username: line(200),
    password: z.string().min(1).max(1000).optional(),
    private_key: z.string().min(1).max(20_000).optional(),
    host_key: hostKey,
    folder: line(1000).default('.'),
  }),
  s3: z.strictObject({
    bucket: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/, 'must be the name of a bucket'),
    endpoint: webAddress.optional(),
    // a part of a host's name where there is no endpoint
    region: z.string().regex(/^[A-Za-z0-9-]{1,60}$/, 'must be the name of a region'),
    prefix: z
      .string()
      .max(500)
      .regex(/^[\x20-\x7e]*$/, 'must be printable ASCII')
      .optional(),
    access_key_id: line(200),
    secret_access_key: z.string().min(1).max(500).optional(),
  }),
} as const satisfies Record<DestinationType, z.ZodType>;

const secretFields: Readonly<Record<DestinationType, readonly string[]>> = {
  mail: [],
  webhook: ['secret'],
  sftp: ['password', 'private_key'],
  s3: ['secret_access_key'],
};

/** A secret that is shown to the server itself was entered for this one, and is given to no other. */
const shownTo: Readonly<Record<DestinationType, readonly string[]>> = {
  mail: [],
  webhook: [],
  sftp: ['host', 'port'],
  s3: [],
};

export interface ReadSettings {
  readonly settings: DestinationSettings['settings'];
  /** Null: none were given. */
  readonly secrets: Readonly<Record<string, string>> | null;
}

/**
 * @param known the settings as they are, without secrets, when only some are given
 * @throws ProductError invalid_input, naming the field below `settings`.
 */
export function readSettings(
  type: DestinationType,
  given: unknown,
  known?: DestinationSettings['settings'],
): ReadSettings {
  const parsed = shapes[type].safeParse(known && isObject(given) ? { ...known, ...given } : given);
  if (!parsed.success) {
    throw errorFromIssues(parsed.error.issues.map((issue) => ({ ...issue, path: ['settings', ...issue.path] })));
  }
  const entries = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
  const secret = entries.filter(([name]) => secretFields[type].includes(name));
  if (secret.length > 1) throw invalidField('settings.private_key', 'is not needed beside a password');
  if (secret.length === 0 && !known && secretFields[type].length > 0) {
    const [first = '', ...others] = secretFields[type];
    throw invalidField(
      `settings.${first}`,
      others.length > 0 ? `is required, or ${others.join(' or ')}` : 'is required',
    );
  }
  const before: Readonly<Record<string, unknown>> = { ...known };
  const isElsewhere = shownTo[type].some((name) =>
    entries.some(([own, value]) => own === name && value !== before[name]),
  );
  if (secret.length === 0 && known && isElsewhere) {
    throw invalidField(`settings.${secretFields[type][0]}`, 'must be entered again for another server');
  }
  return {
    settings: Object.fromEntries(entries.filter(([name]) => !secretFields[type].includes(name))) as never,
    secrets: secret.length > 0 ? (Object.fromEntries(secret) as Record<string, string>) : null,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether this may be connected to. A name that does not resolve now may do so later: it is looked at again at each try.
 * @throws ProductError invalid_input for http: and for private networks, unless the operator allows them.
 */
export async function judgeAddress({ type, settings }: DestinationSettings, allowPrivate: boolean): Promise<void> {
  if (type === 'mail' || allowPrivate) return;
  const [field, address] =
    type === 'webhook' ? ['url', settings.url] : type === 's3' ? ['endpoint', settings.endpoint] : ['host', undefined];
  const url = address === undefined ? undefined : new URL(address);
  if (url && url.protocol !== 'https:') throw invalidField(`settings.${field}`, 'must begin with https://');
  const name = type === 'sftp' ? settings.host : url?.hostname;
  if (name === undefined) return;
  await checkedAddress(name, false).catch((error: unknown) => {
    if (error instanceof AddressRefused) throw invalidField(`settings.${field}`, error.message);
  });
}
