/**
 * Settings of mail and of single sign-on. Links in mail and the address a provider sends people back to are made from
 * PUBLIC_URL, never from what a request claims; without it only an installation that listens on this machine alone has them.
 */
import { z } from 'zod';
import { StartupError } from './startup-error.ts';

const domainPattern = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

const senderPattern = /^[^<>]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/;
// oxlint-disable-next-line no-control-regex
const controlPattern = /[\u0000-\u001f\u007f]/;

export const signInEnvironment = {
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an address such as smtp://user:password@mail.example.com:587' })
    .optional(),
  MAIL_FROM: z
    .string()
    .max(320)
    .refine((text) => senderPattern.test(text) && !controlPattern.test(text), {
      error: 'must be an address such as reports@example.com or Reports <reports@example.com>',
    })
    .optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().min(1).max(500).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).max(2000).optional(),
  OIDC_NAME: z.string().trim().min(1).max(60).optional(),
  OIDC_DOMAINS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim().toLowerCase()))
    .pipe(
      z.array(
        z
          .string()
          .refine(
            (part) => domainPattern.test(part.split('=')[0] ?? '') && /^[^=]+(=[1-9]\d{0,18})?$/.test(part),
            'must be domains such as example.com or example.com=12 (12 being the id of an organization), with commas',
          ),
      ),
    )
    .optional(),
} as const;

export interface MailSettings {
  /** `smtp://` (STARTTLS where offered) or `smtps://`, with user and password where needed. */
  readonly url: string;
  /** `name@example.com` or `Name <name@example.com>`. */
  readonly from: string;
}

export interface SingleSignOnSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client, proven by PKCE alone. */
  readonly clientSecret: string | undefined;
  /** On the button: `Continue with <name>`. */
  readonly name: string;
  /** E-mail domain, lower case, to the organization whose members its people are; null: the only organization there is. */
  readonly domains: ReadonlyMap<string, string | null>;
}

export interface SignInSettings {
  readonly mail: MailSettings | undefined;
  readonly singleSignOn: SingleSignOnSettings | undefined;
}

type Given = z.infer<z.ZodObject<typeof signInEnvironment>>;

const loopbackHosts = new Set(['127.0.0.1', '::1', '[::1]', 'localhost']);

/** @throws StartupError in one sentence. */
export function readSignInSettings(e: Given, own: { host: string; publicUrl: string | undefined }): SignInSettings {
  const isReachedBySetAddress = own.publicUrl !== undefined || loopbackHosts.has(own.host);
  if (e.MAIL_FROM && !e.SMTP_URL) throw new StartupError('SMTP_URL must be set when MAIL_FROM is.');
  if (e.SMTP_URL && !isReachedBySetAddress) {
    throw new StartupError('PUBLIC_URL must be set when SMTP_URL is: links in mail are made from it.');
  }
  return {
    mail: e.SMTP_URL ? { url: e.SMTP_URL, from: e.MAIL_FROM ?? defaultSender(own.publicUrl) } : undefined,
    singleSignOn: readSingleSignOn(e, isReachedBySetAddress),
  };
}

function defaultSender(publicUrl: string | undefined): string {
  const host = publicUrl === undefined ? 'localhost' : new URL(publicUrl).hostname;
  return `Mathership <no-reply@${host}>`;
}

function readSingleSignOn(e: Given, isReachedBySetAddress: boolean): SingleSignOnSettings | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_DOMAINS: domains } = e;
  if (!issuer && !clientId && !e.OIDC_CLIENT_SECRET && !domains && !e.OIDC_NAME) return undefined;
  if (!issuer || !clientId || !domains) {
    throw new StartupError('OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_DOMAINS must be set together.');
  }
  const { protocol, hostname } = new URL(issuer);
  if (protocol !== 'https:' && !loopbackHosts.has(hostname)) {
    throw new StartupError('OIDC_ISSUER must start with https:// unless it is on this machine.');
  }
  if (!isReachedBySetAddress) {
    throw new StartupError('PUBLIC_URL must be set when OIDC_ISSUER is: the provider sends people back to it.');
  }
  return {
    issuer,
    clientId,
    clientSecret: e.OIDC_CLIENT_SECRET,
    name: e.OIDC_NAME ?? hostname,
    domains: new Map(
      domains.map((part) => {
        const [domain = '', organizationId] = part.split('=');
        return [domain, organizationId ?? null];
      }),
    ),
  };
}
