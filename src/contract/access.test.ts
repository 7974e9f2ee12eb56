import { describe, expect, it } from 'vitest';
import { capabilities, type CompanyRole, companyRoles, effectiveCapabilities } from './access.ts';

const member = (companyRole: CompanyRole | null, granted: string[] = [], denied: string[] = []) =>
  effectiveCapabilities({ organizationRole: 'member', companyRole, granted, denied });

describe('effective capabilities', () => {
  it('financial viewing belongs to managers and finance by role, to nobody else', () => {
    expect(companyRoles.filter((role) => member(role).includes('view_financials'))).toEqual(['manager', 'finance']);
  });

  it('denied beats granted beats role', () => {
    expect(member('buyer', ['view_financials'])).toContain('view_financials');
    expect(member('finance', [], ['view_financials'])).not.toContain('view_financials');
    expect(member('buyer', ['view_financials'], ['view_financials'])).not.toContain('view_financials');
  });

  it('nobody without a role has anything; a name that is no capability gives nothing', () => {
    expect(member(null)).toEqual([]);
    expect(member(null, ['become_owner'])).toEqual([]);
  });

  it('an owner has everything whatever is denied, an admin everything that is not', () => {
    const all = { companyRole: null, granted: [], denied: ['view_financials'] };
    expect(effectiveCapabilities({ organizationRole: 'owner', ...all })).toEqual([...capabilities]);
    expect(effectiveCapabilities({ organizationRole: 'admin', ...all })).toEqual(
      capabilities.filter((each) => each !== 'view_financials'),
    );
  });
});
