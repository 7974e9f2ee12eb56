/** Signing in, as browser and server agree on it. */

/** What a session was made with. `code` and `recovery_code` came after a password or a provider's word. */
export type SessionMethod = 'password' | 'code' | 'recovery_code' | 'single_sign_on' | 'invitation' | 'set_up';

/** `GET /api/v1/sign-in-options`. */
export interface SignInOptions {
  /** In demo mode only. */
  demo_accounts: { email: string; name: string; role: string }[] | null;
  demo_password: string | null;
  single_sign_on: { name: string; url: string } | null;
  /** Whether a link for a new password can be mailed. */
  password_reset: boolean;
}

/** One of several accounts that fit: `organization_required` lists them, and `organization_id` chooses. */
export interface AccountChoice {
  /** Null: the account that belongs to no single organization. */
  organization_id: string | null;
  organization: string | null;
}

/** `GET /api/v1/second-factor`. */
export interface SecondFactor {
  enabled: boolean;
  /** Null unless enabled. */
  since: string | null;
  recovery_codes_left: number;
  /** False for an account that signs in at a provider alone. */
  has_password: boolean;
}

/** What an authenticator app is given, by QR code or by hand. */
export interface SecondFactorSecret {
  /** `otpauth://totp/…` */
  uri: string;
  /** Base32. */
  secret: string;
}

/** Why single sign-on did not sign anybody in: the `problem` of the sign-in page's address. */
export const singleSignOnProblems = [
  'sso_unavailable',
  'sso_refused',
  'sso_failed',
  'sso_unverified',
  'sso_domain',
  'sso_account',
] as const;
export type SingleSignOnProblem = (typeof singleSignOnProblems)[number];

/** What a mailed link came to. `failed`: the letter was not taken; invite again once mail works. */
export type MailState = 'sent' | 'failed' | 'not_configured';
