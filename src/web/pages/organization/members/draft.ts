/**
 * What a member's access would become, before it is saved. The rules are the server's: denied beats granted beats role,
 * nobody gives what they do not hold themselves, and owners are not touched.
 */
import {
  type Capability,
  capabilities,
  type CompanyRole,
  effectiveCapabilities,
  type OrganizationRole,
} from '#contract/access.ts';
import type { CompanyMember } from '#contract/organization.ts';

/** `role`: as the role has it, be that yes or no. */
export type CellState = 'role' | 'granted' | 'denied';

export interface Draft {
  /** Null for an administrator of the organization who has no role in the company. */
  readonly role: CompanyRole | null;
  readonly granted: readonly Capability[];
  readonly denied: readonly Capability[];
}

/** Whoever is at the page: what they hold in this company, and are in its organization. */
export interface Actor {
  readonly capabilities: readonly Capability[];
  readonly organizationRole: OrganizationRole | null;
}

export const draftOf = ({ role, granted, denied }: CompanyMember): Draft => ({ role, granted, denied });

/** What it all comes to. */
export const effectiveOf = (member: CompanyMember, draft: Draft): Capability[] =>
  effectiveCapabilities({
    organizationRole: member.organization_role,
    companyRole: draft.role,
    granted: draft.granted,
    denied: draft.denied,
  });

export const cellOf = (draft: Draft, capability: Capability): CellState =>
  draft.denied.includes(capability) ? 'denied' : draft.granted.includes(capability) ? 'granted' : 'role';

function withCell(draft: Draft, capability: Capability, state: CellState): Draft {
  const listed = (list: readonly Capability[], isIn: boolean): Capability[] =>
    capabilities.filter((known) => (known === capability ? isIn : list.includes(known)));
  return {
    role: draft.role,
    granted: listed(draft.granted, state === 'granted'),
    denied: listed(draft.denied, state === 'denied'),
  };
}

const isSame = (a: readonly Capability[], b: readonly Capability[]): boolean =>
  a.length === b.length && a.every((capability) => b.includes(capability));

export const isChanged = (member: CompanyMember, draft: Draft): boolean =>
  draft.role !== member.role || !isSame(draft.granted, member.granted) || !isSame(draft.denied, member.denied);

/** What the person could do that they cannot now, and the other way round. */
export function difference(member: CompanyMember, draft: Draft): { gained: Capability[]; lost: Capability[] } {
  const after = effectiveOf(member, draft);
  return {
    gained: after.filter((capability) => !member.capabilities.includes(capability)),
    lost: member.capabilities.filter((capability) => !after.includes(capability)),
  };
}

/** Why nothing about this member can be changed; null when something can. */
export function lockOf(member: CompanyMember, actor: Actor): string | null {
  if (member.organization_role === 'owner') return 'An owner of the organization may do everything in every company.';
  const isAdministrator = actor.organizationRole === 'owner' || actor.organizationRole === 'admin';
  if (member.organization_role === 'admin' && !isAdministrator) {
    return 'Only an owner or administrator can change an administrator.';
  }
  return null;
}

/** The server would take it. */
const mayBecome = (member: CompanyMember, draft: Draft, actor: Actor): boolean =>
  difference(member, draft).gained.every((capability) => actor.capabilities.includes(capability));

const cycle: readonly CellState[] = ['role', 'granted', 'denied'];

/**
 * The draft after one press of a cell: role, granted, denied and round again. Passed over is what the actor may not give,
 * and what would change nothing: granting what the role has, denying what it has not. Null when nothing is left.
 */
export function afterPress(member: CompanyMember, draft: Draft, capability: Capability, actor: Actor): Draft | null {
  if (lockOf(member, actor) !== null) return null;
  const fromRole = effectiveOf(member, withCell(draft, capability, 'role')).includes(capability);
  const idle: CellState = fromRole ? 'granted' : 'denied';
  const at = cycle.indexOf(cellOf(draft, capability));
  for (let step = 1; step < cycle.length; step++) {
    const state = cycle[(at + step) % cycle.length] ?? 'role';
    const next = withCell(draft, capability, state);
    if (state !== idle && mayBecome(member, next, actor)) return next;
  }
  return null;
}

export const mayHaveRole = (member: CompanyMember, draft: Draft, role: CompanyRole, actor: Actor): boolean =>
  mayBecome(member, { ...draft, role }, actor);
