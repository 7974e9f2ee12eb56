/** How somebody signed in, and why single sign-on did not. */
import type { SessionMethod, SingleSignOnProblem } from '#contract/sign-in.ts';

export const sessionMethods: Readonly<Record<SessionMethod, string>> = {
  password: 'Password',
  code: 'Password and code',
  recovery_code: 'Recovery code',
  single_sign_on: 'Single sign-on',
  invitation: 'Invitation',
  set_up: 'Set-up',
};

export const singleSignOnSentences: Readonly<Record<SingleSignOnProblem, string>> = {
  sso_unavailable: 'The single sign-on provider does not answer. Try again shortly, or sign in with your password.',
  sso_refused: 'The single sign-on provider did not sign you in.',
  sso_failed: 'Single sign-on took too long, or was begun in another browser. Try again.',
  sso_unverified: 'The provider has not verified your e-mail address, so it cannot be used here.',
  sso_domain: 'Addresses of your e-mail domain are not let in here. Ask the owner of your organization.',
  sso_account:
    'An account with your e-mail address exists and cannot be opened by single sign-on. Sign in with its password, or ask the owner of your organization.',
};
