/** The people of the demo company group. All five are members of every company; the passwords are one and public. */
import type { CompanyRole, OrganizationRole } from '#contract/access.ts';

export interface DemoAccount {
  readonly email: string;
  readonly name: string;
  readonly organizationRole: OrganizationRole;
  /** In every company of the group. */
  readonly companyRole: CompanyRole;
}

export const demoPassword = 'harbour-hearth';

export const demoAccounts: readonly DemoAccount[] = [
  {
    email: 'owner@harbour-hearth.example',
    name: 'Amelie Petersen',
    organizationRole: 'owner',
    companyRole: 'manager',
  },
  {
    email: 'finance@harbour-hearth.example',
    name: 'Jonas Brandt',
    organizationRole: 'member',
    companyRole: 'finance',
  },
  { email: 'manager@harbour-hearth.example', name: 'Leyla Aydın', organizationRole: 'member', companyRole: 'manager' },
  { email: 'buyer@harbour-hearth.example', name: 'Mateusz Nowak', organizationRole: 'member', companyRole: 'buyer' },
  { email: 'viewer@harbour-hearth.example', name: 'Sofia Rossi', organizationRole: 'member', companyRole: 'viewer' },
];
