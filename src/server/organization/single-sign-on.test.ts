import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SingleSignOnSettings } from '#server/config/sign-in-settings.ts';
import { type Answer, clientWith, sessionCookie, type TestApp, type TestCompany, testSite } from '#test/http.ts';
import { type IdentityProvider, type ProvidedPerson, startIdentityProvider } from '#test/identity-provider.ts';
import { auditedActions, startOrganizationApp } from '#test/organization.ts';

let provider: IdentityProvider;
let site: TestApp;
let home: TestCompany;
let settings: SingleSignOnSettings;
const log: string[] = [];
const startPath = '/api/v1/single-sign-on';

beforeAll(async () => {
  provider = await startIdentityProvider(() => [`${testSite}${startPath}/callback`]);
  const { issuer, clientId, clientSecret } = provider;
  // its organization is known once the database is
  const domains = new Map<string, string | null>();
  settings = { issuer, clientId, clientSecret, name: 'Hearth ID', domains };
  site = await startOrganizationApp({
    singleSignOn: settings,
    logLevel: 'info',
    logStream: { write: (line) => log.push(line) },
  });
  home = await site.company();
  domains.set('hearth.example', home.organizationId);
});
afterAll(async () => {
  await site.close();
  await provider.close();
});

let count = 0;
let jo: ProvidedPerson & { email: string };
beforeEach(() => {
  count += 1;
  jo = { subject: `id-${count}`, email: `jo.${count}@hearth.example`, emailVerified: true, name: 'Jo Park' };
  provider.person = jo;
});

const cookiesOf = (answer: Answer): string =>
  [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((cookie) => String(cookie).split(';')[0] ?? '')
    .join('; ');

/** A browser at the provider: follows every redirect there, with its cookies, until it is sent back. */
async function atProvider(start: string): Promise<string> {
  const jar = new Map<string, string>();
  for (let url = start, hops = 0; hops < 10; hops += 1) {
    if (!url.startsWith(provider.issuer)) return url;
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split(/=(.*)/s);
      jar.set(name, value);
    }
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`${answer.status} at ${url}: ${await answer.text()}`);
    url = new URL(next, url).href;
  }
  throw new Error('the provider sent the browser in circles');
}

async function begin(path = startPath): Promise<{ location: string; cookie: string }> {
  const started = await site.anonymous.get(path);
  expect(started.status).toBe(302);
  return { location: String(started.headers['location']), cookie: cookiesOf(started) };
}

const comeBack = (url: string, cookie: string): Promise<Answer> =>
  clientWith(site.app, { cookie }).get(url.replace(testSite, ''));

async function signIn(path?: string): Promise<Answer> {
  const { location, cookie } = await begin(path);
  return comeBack(await atProvider(location), cookie);
}

const session = (answer: Answer) => clientWith(site.app, { cookie: cookiesOf(answer) });
const told = (problem: string) => ({ status: 302, headers: { location: `/sign-in?problem=${problem}` } });
const isSignedIn = (answer: Answer): boolean => cookiesOf(answer).includes(`${sessionCookie}=`);

describe('signing in', () => {
  test('a new person of the domain becomes a member without any role, and is the same person next time', async () => {
    const first = await signIn(`${startPath}?return=%2Fexport-history%3Fstatus%3Dfailed`);
    expect(first).toMatchObject({ status: 302, headers: { location: '/export-history?status=failed' } });
    const me = await session(first).get<{ user: { id: string }; organizations: unknown[]; companies: unknown[] }>(
      '/api/v1/me',
    );
    expect(me.body).toMatchObject({
      user: { email: jo.email, name: 'Jo Park' },
      organizations: [{ id: home.organizationId, role: 'member' }],
      companies: [],
    });
    expect(await auditedActions(site, { userId: me.body.user.id })).toEqual([
      'member.joined',
      'identity.linked',
      'sign_in.succeeded',
    ]);
    const listed = await session(first).get('/api/v1/organizations');
    expect(listed.status).toBe(200);
    // the address at the provider may change: the subject is who it is
    provider.person = { ...jo, email: `new.${jo.email}`, emailVerified: false };
    const again = await session(await signIn()).get<{ user: { id: string } }>('/api/v1/me');
    expect(again.body.user.id).toBe(me.body.user.id);
  });

  test('what the browser is sent away with has PKCE, state and nonce, and its cookie is of this flow alone', async () => {
    const { location, cookie } = await begin();
    const query = new URL(location).searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('response_type')).toBe('code');
    for (const name of ['state', 'nonce', 'code_challenge']) expect(query.get(name)?.length).toBeGreaterThan(40);
    for (const name of ['state', 'nonce']) expect(cookie).not.toContain(query.get(name));
    expect((await clientWith(site.app, { cookie }).get('/api/v1/me')).status).toBe(401);
  });

  test('it goes on to a path of this site and to nothing else', async () => {
    for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)']) {
      const answer = await signIn(`${startPath}?return=${encodeURIComponent(path)}`);
      expect(answer).toMatchObject({ status: 302, headers: { location: '/' } });
    }
  });

  test('a host that is not the one of the address is sent there first', async () => {
    const answer = await site.anonymous.ask('GET', `${startPath}?return=%2Fverify`, {
      headers: { host: 'other.localhost' },
    });
    expect(answer.headers['location']).toBe(`${testSite}${startPath}?return=%2Fverify`);
  });

  test('an account with a second factor is still asked for its code', async () => {
    const first = await session(await signIn()).get<{ user: { id: string } }>('/api/v1/me');
    await site.db
      .insertInto('second_factors')
      .values({ user_id: first.body.user.id, secret: Buffer.from('x'), confirmed_at: new Date().toISOString() })
      .execute();
    const answer = await signIn();
    expect(answer).toMatchObject({ status: 302, headers: { location: '/sign-in?step=code' } });
    expect(isSignedIn(answer)).toBe(false);
    expect((await session(answer).get('/api/v1/me')).status).toBe(401);
  });
});

describe('whose account it is', () => {
  test('a local account of the same address and organization is linked, and its password goes on working', async () => {
    const local = await site.member(home, 'buyer');
    provider.person = { ...jo, email: local.email.replace('@kitchen.example', '@hearth.example') };
    await site.db
      .updateTable('users')
      .set({ email: provider.person.email ?? '' })
      .where('id', '=', local.id)
      .execute();
    const me = await session(await signIn()).get<{ user: { id: string } }>('/api/v1/me');
    expect(me.body.user.id).toBe(local.id);
    expect(await auditedActions(site, { userId: local.id })).toContain('identity.linked');
    const linked = { ...provider.person };
    // another person of the provider who was given the address later is not this one
    provider.person = { ...linked, subject: 'somebody else' };
    expect(await signIn()).toMatchObject(told('sso_account'));
  });

  test('a local account outside the domain’s organization is not opened', async () => {
    const elsewhere = await site.company();
    const stranger = await site.member(elsewhere, 'owner');
    await site.db.updateTable('users').set({ email: jo.email }).where('id', '=', stranger.id).execute();
    const answer = await signIn();
    expect(answer).toMatchObject(told('sso_account'));
    expect(isSignedIn(answer)).toBe(false);
  });

  test('an address that is not verified, or missing, opens and makes nothing', async () => {
    const local = await site.member(home, 'finance');
    await site.db.updateTable('users').set({ email: jo.email }).where('id', '=', local.id).execute();
    const { email: _email, ...without } = jo;
    for (const person of [{ ...jo, emailVerified: false }, { subject: jo.subject, email: jo.email }, without]) {
      provider.person = person;
      expect(await signIn()).toMatchObject(told('sso_unverified'));
    }
    const made = await site.db.selectFrom('identities').select('subject').where('subject', '=', jo.subject).execute();
    expect(made).toEqual([]);
  });

  test('an address of another domain is refused, also one that only ends like ours', async () => {
    for (const domain of ['evil.example', 'nothearth.example', 'hearth.example.evil.example', 'sub.hearth.example']) {
      provider.person = { ...jo, email: `jo@${domain}` };
      expect(await signIn()).toMatchObject(told('sso_domain'));
    }
  });

  test('a disabled account stays closed', async () => {
    const me = await session(await signIn()).get<{ user: { id: string } }>('/api/v1/me');
    await site.db
      .updateTable('users')
      .set({ disabled_at: new Date().toISOString() })
      .where('id', '=', me.body.user.id)
      .execute();
    expect(await signIn()).toMatchObject(told('sso_account'));
  });

  test('somebody who was removed signs in and sees nothing of the organization', async () => {
    const me = await session(await signIn()).get<{ user: { id: string } }>('/api/v1/me');
    await site.db.deleteFrom('organization_members').where('user_id', '=', me.body.user.id).execute();
    const after = await session(await signIn()).get('/api/v1/me');
    expect(after.body).toMatchObject({ organizations: [], companies: [] });
  });
});

describe('what does not fit is refused', () => {
  test('a changed state, and one of another browser', async () => {
    const mine = await begin();
    const back = new URL(await atProvider(mine.location));
    const tampered = new URL(back);
    tampered.searchParams.set('state', `${back.searchParams.get('state')}x`);
    expect(await comeBack(tampered.href, mine.cookie)).toMatchObject(told('sso_failed'));
    const theirs = await begin();
    expect(await comeBack(back.href, theirs.cookie)).toMatchObject(told('sso_failed'));
    expect(await comeBack(back.href, '')).toMatchObject(told('sso_failed'));
    expect(await comeBack(back.href, `${sessionCookie}_sso=made-up`)).toMatchObject(told('sso_failed'));
  });

  test('a code that was used already', async () => {
    const { location, cookie } = await begin();
    const back = await atProvider(location);
    expect(isSignedIn(await comeBack(back, cookie))).toBe(true);
    expect(await comeBack(back, cookie)).toMatchObject(told('sso_failed'));
  });

  test('an ID token made for another nonce, and a code for another PKCE challenge', async () => {
    for (const [name, value] of [
      ['nonce', 'n'.repeat(43)],
      ['code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
    ] as const) {
      const { location, cookie } = await begin();
      const changed = new URL(location);
      changed.searchParams.set(name, value);
      const answer = await comeBack(await atProvider(changed.href), cookie);
      expect(answer).toMatchObject(told('sso_failed'));
      expect(isSignedIn(answer)).toBe(false);
    }
  });

  test('a made-up code', async () => {
    const { location, cookie } = await begin();
    const state = new URL(location).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ code: 'made-up', state, iss: provider.issuer });
    expect(await comeBack(`${startPath}/callback?${query}`, cookie)).toMatchObject(told('sso_failed'));
  });

  test('an answer in the name of another issuer', async () => {
    const { location, cookie } = await begin();
    const back = new URL(await atProvider(location));
    back.searchParams.set('iss', 'https://evil.example');
    expect(await comeBack(back.href, cookie)).toMatchObject(told('sso_failed'));
  });

  test('a no of the person, in a word of its own', async () => {
    provider.person = null;
    expect(await signIn()).toMatchObject(told('sso_refused'));
  });

  test('neither code nor state nor token is in the log', async () => {
    const { location, cookie } = await begin();
    const back = await atProvider(location);
    await comeBack(back, cookie);
    const { searchParams } = new URL(back);
    for (const name of ['code', 'state']) expect(log.join('')).not.toContain(searchParams.get(name));
  });
});

test('a provider that is down is a sentence on the sign-in page, at both ends, and is asked again later', async () => {
  const alone = await startIdentityProvider(() => [`${testSite}${startPath}/callback`]);
  const { issuer, clientId, clientSecret } = alone;
  await alone.close();
  const down = await startOrganizationApp({
    singleSignOn: { issuer, clientId, clientSecret, name: 'Down', domains: new Map() },
  });
  expect(await down.anonymous.get(startPath)).toMatchObject(told('sso_unavailable'));
  expect(await down.anonymous.get(`${startPath}/callback?code=x&state=y`)).toMatchObject(told('sso_failed'));
  await down.close();
  // it went away while the person was there
  const brief = await startIdentityProvider(() => [`${testSite}${startPath}/callback`]);
  brief.person = jo;
  const gone = await startOrganizationApp({
    singleSignOn: { ...settings, issuer: brief.issuer, name: 'Gone' },
  });
  const started = await gone.anonymous.get(startPath);
  await brief.close();
  const state = new URL(String(started.headers['location'])).searchParams.get('state') ?? '';
  const query = new URLSearchParams({ code: 'c', state, iss: brief.issuer });
  const answer = await clientWith(gone.app, { cookie: cookiesOf(started) }).get(`${startPath}/callback?${query}`);
  expect(answer).toMatchObject(told('sso_unavailable'));
  await gone.close();
});
