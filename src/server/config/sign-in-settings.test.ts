import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

const oidc = { OIDC_ISSUER: 'https://id.example.com', OIDC_CLIENT_ID: 'm', OIDC_DOMAINS: 'example.com' };
const site = { PUBLIC_URL: 'https://exports.example.com' };

test('without any of them there is no mail and no single sign-on', () => {
  expect(readSettings({})).toMatchObject({ mail: undefined, singleSignOn: undefined });
});

test('mail has a sender, of the public address unless given', () => {
  expect(readSettings({ SMTP_URL: 'smtps://u:p@mail.example.com:465', ...site }).mail).toEqual({
    url: 'smtps://u:p@mail.example.com:465',
    from: 'Mathership <no-reply@exports.example.com>',
  });
  const from = 'Reports <reports@example.com>';
  expect(readSettings({ SMTP_URL: 'smtp://127.0.0.1:25', MAIL_FROM: from }).mail?.from).toBe(from);
});

test('domains go to organizations, in lower case', () => {
  const { singleSignOn } = readSettings({ ...oidc, ...site, OIDC_DOMAINS: 'Example.com, kitchen.example=12' });
  expect(singleSignOn).toMatchObject({
    issuer: 'https://id.example.com',
    name: 'id.example.com',
    clientSecret: undefined,
  });
  expect([...(singleSignOn?.domains ?? [])]).toEqual([
    ['example.com', null],
    ['kitchen.example', '12'],
  ]);
});

test.each([
  [{ SMTP_URL: 'http://mail.example.com' }, /^SMTP_URL/],
  [{ SMTP_URL: 'smtp://mail.example.com', HOST: '0.0.0.0' }, /^PUBLIC_URL must be set when SMTP_URL/],
  [{ SMTP_URL: 'smtp://127.0.0.1', MAIL_FROM: 'a@b.example\r\nBcc: c@d.example' }, /^MAIL_FROM/],
  [{ SMTP_URL: 'smtp://127.0.0.1', MAIL_FROM: 'nobody' }, /^MAIL_FROM/],
  [{ MAIL_FROM: 'a@b.example' }, /^SMTP_URL must be set/],
  [{ OIDC_ISSUER: 'https://id.example.com' }, /must be set together/],
  [{ ...oidc, HOST: '0.0.0.0' }, /^PUBLIC_URL must be set when OIDC_ISSUER/],
  [{ ...oidc, ...site, OIDC_ISSUER: 'http://id.example.com' }, /^OIDC_ISSUER must start with https/],
  [{ ...oidc, ...site, OIDC_ISSUER: 'http://127.0.0.1.evil.example' }, /^OIDC_ISSUER must start with https/],
  [{ ...oidc, ...site, OIDC_DOMAINS: 'example.com=x' }, /^OIDC_DOMAINS/],
  [{ ...oidc, ...site, OIDC_DOMAINS: '*' }, /^OIDC_DOMAINS/],
])('%o is one sentence', (environment, sentence) => {
  expect(() => readSettings(environment)).toThrow(sentence);
});

test('an issuer without TLS is for this machine alone', () => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
    expect(readSettings({ ...oidc, OIDC_ISSUER: `http://${host}:4000` }).singleSignOn?.issuer).toContain(host);
  }
});
