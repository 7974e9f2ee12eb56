import { describe, expect, test } from 'vitest';
import { capabilities, type Capability, effectiveCapabilities } from '#contract/access.ts';
import type { CompanyMember } from '#contract/organization.ts';
import {
  type Actor,
  afterPress,
  cellOf,
  difference,
  draftOf,
  effectiveOf,
  isChanged,
  lockOf,
  mayHaveRole,
} from './draft.ts';

const owner: Actor = { capabilities, organizationRole: 'owner' };

function member(values: Partial<CompanyMember> = {}): CompanyMember {
  const stored = {
    user_id: '7',
    name: 'Leyla Aydın',
    email: 'manager@example.test',
    organization_role: 'member' as const,
    role: 'finance' as const,
    granted: [],
    denied: [],
    ...values,
  };
  const { organization_role: organizationRole, role: companyRole, granted, denied } = stored;
  return { ...stored, capabilities: effectiveCapabilities({ organizationRole, companyRole, granted, denied }) };
}

const pressed = (of: CompanyMember, capability: Capability, times: number, actor = owner) => {
  let draft = draftOf(of);
  for (let press = 0; press < times; press++) draft = afterPress(of, draft, capability, actor) ?? draft;
  return draft;
};

describe('a cell', () => {
  test('is granted by one press where the role has it not, and what it comes to is known before saving', () => {
    const finance = member();
    const states = [0, 1, 2].map((times) => cellOf(pressed(finance, 'import_data', times), 'import_data'));
    expect(states).toEqual(['role', 'granted', 'role']);
    const may = [0, 1].map((times) => effectiveOf(finance, pressed(finance, 'import_data', times)));
    expect(may.map((list) => list.includes('import_data'))).toEqual([false, true]);
    expect(isChanged(finance, pressed(finance, 'import_data', 2))).toBe(false);
  });

  test('is taken away by one press where the role has it: every press changes what the person may do', () => {
    const finance = member();
    const states = [0, 1, 2].map((times) => cellOf(pressed(finance, 'view_financials', times), 'view_financials'));
    expect(states).toEqual(['role', 'denied', 'role']);
  });

  test('with a grant or denial stored that says nothing new goes on to what does', () => {
    const idle = member({ granted: ['view_financials'], denied: ['import_data'] });
    expect(cellOf(pressed(idle, 'view_financials', 1), 'view_financials')).toBe('denied');
    expect(cellOf(pressed(idle, 'import_data', 2), 'import_data')).toBe('granted');
  });

  test('that takes something away says so', () => {
    const draft = pressed(member(), 'view_financials', 1);
    expect(difference(member(), draft)).toEqual({ gained: [], lost: ['view_financials'] });
  });

  test('never offers what the person at the page does not hold', () => {
    const actor: Actor = { capabilities: ['manage_members', 'view_inventory'], organizationRole: 'member' };
    expect(afterPress(member(), draftOf(member()), 'import_data', actor)).toBeNull();
    const denied = member({ denied: ['view_financials'] });
    expect(afterPress(denied, draftOf(denied), 'view_financials', actor)).toBeNull();
  });

  test('of an administrator can only be denied', () => {
    const admin = member({ organization_role: 'admin', role: null });
    expect(cellOf(pressed(admin, 'import_data', 1), 'import_data')).toBe('denied');
    expect(isChanged(admin, pressed(admin, 'import_data', 2))).toBe(false);
  });

  test('of an owner cannot be changed, nor one of an administrator by a mere member', () => {
    const manager: Actor = { capabilities, organizationRole: 'member' };
    const [theOwner, admin] = [member({ organization_role: 'owner' }), member({ organization_role: 'admin' })];
    expect(lockOf(theOwner, owner)).toMatch('owner');
    expect(afterPress(theOwner, draftOf(theOwner), 'import_data', owner)).toBeNull();
    expect(lockOf(admin, manager)).toMatch('administrator');
    expect(lockOf(admin, owner)).toBeNull();
  });
});

test('a role that holds more than the person at the page does is not offered', () => {
  const actor: Actor = { capabilities: ['manage_members', 'view_inventory'], organizationRole: 'member' };
  const viewer = member({ role: 'viewer' });
  expect(mayHaveRole(viewer, draftOf(viewer), 'finance', actor)).toBe(false);
  expect(mayHaveRole(viewer, draftOf(viewer), 'viewer', actor)).toBe(true);
  expect(mayHaveRole(viewer, draftOf(viewer), 'finance', owner)).toBe(true);
});
