/** Organizations, their people and companies, every verb ten at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '#contract/export-jobs.ts';
import type { NewInvitation, OrganizationMember } from '#contract/organization.ts';
import type { Person, TestApp, TestCompany } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';
import { atOnce, audited, crowd, oneOf, rounds, statuses } from './at-once.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startOrganizationApp();
});
afterAll(() => site.close());

let count = 0;
const newAddress = (): string => `crowd.${(count += 1)}@kitchen.example`;
const path = (company: TestCompany): string => `/api/v1/organizations/${company.organizationId}`;
const account = { name: 'Łucja Żółć', password: 'many hands at one link' };

async function invite(owner: Person, company: TestCompany, email: string): Promise<{ id: string; token: string }> {
  const { body } = await owner.client.post<NewInvitation>(`${path(company)}/invitations`, { email });
  return { id: body.id, token: body.link?.split('#')[1] ?? '' };
}

const membersOf = async (owner: Person, company: TestCompany): Promise<OrganizationMember[]> =>
  (await owner.client.get<Page<OrganizationMember>>(`${path(company)}/members?page_size=200`)).body.results;

describe('first run', () => {
  it('sets up one installation, with one owner', async () => {
    for (const _ of rounds(1, 10)) {
      const empty = await startOrganizationApp();
      const answers = await atOnce((at) =>
        empty.anonymous.post('/api/v1/first-run', {
          name: `Owner ${at}`,
          email: `owner.${at}@kitchen.example`,
          password: account.password,
          organization: 'Żabka',
          company: { name: 'Bar', time_zone: 'Europe/Warsaw', currency: 'PLN', locale: 'pl-PL' },
        }),
      );
      expect(statuses(answers)).toEqual(oneOf(201, 409));
      for (const table of ['users', 'organizations', 'companies', 'sessions'] as const)
        expect(await empty.db.selectFrom(table).select('id').execute()).toHaveLength(1);
      await empty.close();
    }
  });
});

describe('invitations', () => {
  it('of one address leave one link that works', async () => {
    for (const _ of rounds(3)) {
      const company = await site.company();
      const owner = await site.member(company, 'owner');
      const email = newAddress();
      const made = await atOnce(() => invite(owner, company, email));
      const previews = await atOnce((at) => site.anonymous.get(`/api/v1/invitations/${made[at]?.token}`));
      expect(statuses(previews)).toEqual(oneOf(200, 403));
    }
  });

  it('are accepted once, by one new account', async () => {
    for (const _ of rounds(1)) {
      const company = await site.company();
      const owner = await site.member(company, 'owner');
      const { id, token } = await invite(owner, company, newAddress());
      const answers = await atOnce(() => site.anonymous.post(`/api/v1/invitations/${token}/accept`, account));
      expect(statuses(answers)).toEqual(oneOf(200, 403));
      expect(await membersOf(owner, company)).toHaveLength(2);
      expect(await audited(site.db, 'invitation.accepted', id)).toBe(1);
    }
  });

  it('of one address in ten organizations make ten accounts, none of which sees another’s', async () => {
    const email = newAddress();
    const companies = await atOnce(() => site.company());
    const owners = await atOnce((at) => site.member(companies[at] as TestCompany, 'owner'));
    const links = await atOnce((at) => invite(owners[at] as Person, companies[at] as TestCompany, email));
    const answers = await atOnce((at) =>
      site.anonymous.post<{ user: { id: string } }>(`/api/v1/invitations/${links[at]?.token}/accept`, account),
    );
    expect(statuses(answers)).toEqual(Array.from({ length: crowd }, () => 200));
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(crowd);
  });

  it('withdrawn beside their acceptance are one or the other', async () => {
    for (const _ of rounds(3)) {
      const company = await site.company();
      const owner = await site.member(company, 'owner');
      const person = await site.person();
      const { id, token } = await invite(owner, company, person.email);
      const answers = await atOnce((at) =>
        at % 2 === 0
          ? owner.client.delete(`${path(company)}/invitations/${id}`)
          : person.client.post(`/api/v1/invitations/${token}/accept`),
      );
      const done = answers.filter(({ status }) => status < 300);
      expect(done).toHaveLength(1);
      expect(await membersOf(owner, company)).toHaveLength(done[0]?.status === 200 ? 2 : 1);
    }
  });
});

describe('members', () => {
  it('removed while they accept again are members with all their roles, or not at all', async () => {
    for (const _ of rounds(3)) {
      const company = await site.company();
      const owner = await site.member(company, 'owner');
      const person = await site.person();
      const roles = [{ company_id: company.id, role: 'finance' }];
      const made = await owner.client.post<NewInvitation>(`${path(company)}/invitations`, {
        email: person.email,
        company_roles: roles,
      });
      const token = made.body.link?.split('#')[1];
      await atOnce((at) =>
        at === 0
          ? person.client.post(`/api/v1/invitations/${token}/accept`)
          : owner.client.delete(`${path(company)}/members/${person.id}`),
      );
      const member = (await membersOf(owner, company)).find(({ user_id }) => user_id === person.id);
      const seen = await person.client.get(`/api/v1/companies/${company.id}/access`);
      expect(seen.status).toBe(member ? 200 : 403);
      const left = await site.db.selectFrom('company_members').selectAll().where('user_id', '=', person.id).execute();
      expect(left).toHaveLength(member ? 1 : 0);
    }
  });

  it('ten owners who remove or demote one another leave an owner', async () => {
    for (const _ of rounds(2)) {
      const company = await site.company();
      const owners = await atOnce(() => site.member(company, 'owner'));
      await atOnce((at) => {
        const one = owners[at] as Person;
        const next = `${path(company)}/members/${owners[(at + 1) % crowd]?.id}`;
        return at % 2 === 0 ? one.client.delete(next) : one.client.patch(next, { role: 'member' });
      });
      const left = await site.db
        .selectFrom('organization_members')
        .select('user_id')
        .where('organization_id', '=', company.organizationId)
        .where('role', '=', 'owner')
        .execute();
      expect(left.length).toBeGreaterThan(0);
    }
  });

  it('two owners who demote themselves: one stays', async () => {
    for (const _ of rounds(4)) {
      const company = await site.company();
      const owners = await atOnce(() => site.member(company, 'owner'), 2);
      const answers = await atOnce((at) => {
        const one = owners[at] as Person;
        return one.client.patch(`${path(company)}/members/${one.id}`, { role: 'member' });
      }, 2);
      expect(statuses(answers)).toEqual([200, 409]);
    }
  });

  it('given ten roles at once have one of them, and the log tells each change from what was there', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const person = await site.member(company, 'viewer');
    const given = ['finance', 'buyer', 'staff', 'manager', 'viewer'] as const;
    const answers = await atOnce((at) =>
      owner.client.put(`/api/v1/companies/${company.id}/members/${person.id}`, { role: given[at % given.length] }),
    );
    expect(new Set(statuses(answers))).toEqual(new Set([200]));
    const events = await site.db
      .selectFrom('audit_events')
      .select('details')
      .where('subject_id', '=', person.id)
      .where('action', '=', 'company_member.changed')
      .orderBy('id')
      .execute();
    const told = events.map(({ details }) => (details as { changes: { role: { from: string; to: string } } }).changes);
    for (const [at, { role }] of told.entries()) expect(role.from).toBe(at === 0 ? 'viewer' : told[at - 1]?.role.to);
  });
});

describe('names', () => {
  it('a company of one name is made once', async () => {
    for (const _ of rounds(3)) {
      const company = await site.company();
      const owner = await site.member(company, 'owner');
      const body = { name: 'ห้องครัว', time_zone: 'Asia/Bangkok', currency: 'THB', locale: 'th-TH' };
      const answers = await atOnce(() => owner.client.post(`${path(company)}/companies`, body));
      expect(statuses(answers)).toEqual(oneOf(201, 409));
    }
  });

  it('delivery locations of one code are made once, of one name have codes that differ', async () => {
    for (const _ of rounds(3)) {
      const company = await site.company();
      const owner = await site.member(company, 'owner');
      const locations = `/api/v1/companies/${company.id}/delivery-locations`;
      const same = await atOnce(() => owner.client.post(locations, { name: 'Bar', code: 'B1' }));
      expect(statuses(same)).toEqual(oneOf(201, 409));
      const named = await atOnce(() => owner.client.post<{ code: string }>(locations, { name: 'Küche' }));
      const codes = named.filter(({ status }) => status === 201).map(({ body }) => body.code);
      expect(new Set(codes).size).toBe(codes.length);
      expect(named.every(({ status }) => status === 201 || status === 409)).toBe(true);
    }
  });
});
