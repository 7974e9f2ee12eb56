/**
 * Who may do what in one company. A press on a cell takes it from role to granted to denied; the arrows move among the
 * cells, so that each row is one stop of the Tab key for them. What is shown is the draft, with what it comes to.
 */
import { useRef, type KeyboardEvent } from 'react';
import { capabilities, capabilityLabels, companyRoles, type CompanyRole } from '#contract/access.ts';
import type { CompanyMember } from '#contract/organization.ts';
import { announce } from '#web/frame/announcer.tsx';
import { Avatar } from '#web/parts/avatar.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import type { MenuEntry } from '#web/parts/menu-popover.tsx';
import { organizationRoleNames, roleNames, shortCapabilityNames } from '#web/words/access.ts';
import { CellIcon, faceOf, faceWords } from './capability-cell.tsx';
import {
  type Actor,
  afterPress,
  cellOf,
  type Draft,
  draftOf,
  effectiveOf,
  isChanged,
  lockOf,
  mayHaveRole,
} from './draft.ts';

export interface MatrixRow {
  readonly member: CompanyMember;
  readonly draft: Draft;
  /** Not a member yet: saving makes them one. */
  readonly isNew: boolean;
}

interface MatrixProps {
  readonly caption: string;
  readonly rows: readonly MatrixRow[];
  readonly actor: Actor;
  readonly onDraft: (member: CompanyMember, draft: Draft) => void;
  readonly onRemove: (row: MatrixRow) => void;
}

export function Matrix({ caption, rows, actor, onDraft, onRemove }: MatrixProps) {
  const table = useRef<HTMLTableElement>(null);
  return (
    // it scrolls sideways on narrow screens, so the keyboard must reach it
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="scroll" tabIndex={0} aria-label="Members and capabilities">
      {/* its cells are pressed and walked with the arrows: a grid, not a table to read */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role */}
      <table className="table matrix" role="grid" ref={table} onKeyDown={(event) => walk(event, table.current)}>
        <caption className="vh">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Member</th>
            <th scope="col">Role</th>
            {capabilities.map((capability) => (
              <th
                key={capability}
                scope="col"
                className={capability === 'view_financials' ? 'c key' : 'c'}
                title={capabilityLabels[capability]}
              >
                {shortCapabilityNames[capability]}
              </th>
            ))}
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <MemberRow
              key={row.member.user_id}
              row={row}
              actor={actor}
              onDraft={(draft) => onDraft(row.member, draft)}
              onRemove={() => onRemove(row)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

const arrows: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function walk(event: KeyboardEvent, table: HTMLTableElement | null): void {
  const step = arrows[event.key];
  if (!step || !table || !(event.target instanceof HTMLElement) || !event.target.matches('button.cap')) return;
  const rows = [...table.tBodies].flatMap(({ rows: all }) => [...all]);
  const cells = (row: HTMLTableRowElement | undefined): HTMLElement[] => [
    ...(row?.querySelectorAll<HTMLElement>('.cap') ?? []),
  ];
  const row = event.target.closest('tr');
  const at = row ? cells(row).indexOf(event.target) : -1;
  const next = cells(rows[rows.findIndex((known) => known === row) + step[0]])[at + step[1]];
  event.preventDefault();
  if (!next) return;
  for (const cell of cells(next.closest('tr') ?? undefined)) cell.tabIndex = cell === next ? 0 : -1;
  next.focus();
}

interface MemberRowProps {
  readonly row: MatrixRow;
  readonly actor: Actor;
  readonly onDraft: (draft: Draft) => void;
  readonly onRemove: () => void;
}

function MemberRow({ row, actor, onDraft, onRemove }: MemberRowProps) {
  const { member, draft, isNew } = row;
  const lock = lockOf(member, actor);
  const effective = effectiveOf(member, draft);
  const isDraft = isNew || isChanged(member, draft);
  const entries: MenuEntry[] = [];
  if (isDraft && !isNew) entries.push({ id: 'undo', label: 'Undo changes', icon: 'again' });
  if (isNew) entries.push({ id: 'remove', label: 'Do not add', icon: 'x' });
  if (!isNew && member.role !== null && lock === null) {
    entries.push({ id: 'remove', label: 'Remove from this company…', icon: 'trash', isDanger: true });
  }
  return (
    <tr className={isDraft ? 'draft' : undefined}>
      <th scope="row" className="person">
        <span className="p">
          <Avatar name={member.name} />
          <span>
            <span className="nm">{member.name}</span> {isNew && <span className="tag">New</span>}
            {isDraft && !isNew && <span className="tag">Not saved</span>}
            <small>{member.email}</small>
          </span>
        </span>
      </th>
      <td>
        <RoleSelect row={row} actor={actor} lock={lock} onRole={(role) => onDraft({ ...draft, role })} />
      </td>
      {capabilities.map((capability, index) => {
        const face = faceOf(cellOf(draft, capability), effective.includes(capability));
        const next = afterPress(member, draft, capability, actor);
        const label = `${member.name}, ${shortCapabilityNames[capability]}`;
        const isOther = cellOf(draft, capability) !== cellOf(draftOf(member), capability);
        const press = (): void => {
          if (!next) return;
          const words = faceWords[faceOf(cellOf(next, capability), effectiveOf(member, next).includes(capability))];
          announce(words);
          onDraft(next);
        };
        return (
          <td key={capability} className={capability === 'view_financials' ? 'c key' : 'c'}>
            <button
              type="button"
              className={`cap ${face}${isOther ? ' other' : ''}`}
              tabIndex={index === 0 ? 0 : -1}
              aria-label={`${label}: ${faceWords[face]}`}
              aria-disabled={next === null || undefined}
              title={next === null ? (lock ?? 'You do not have this yourself, so you cannot give it.') : undefined}
              onClick={press}
            >
              <CellIcon face={face} />
            </button>
          </td>
        );
      })}
      <td className="num">
        {entries.length > 0 && (
          <MenuButton
            className="icon-btn"
            label={`Actions for ${member.name}`}
            isLabelHidden
            placement="bottom end"
            entries={entries}
            onChoose={(id) => (id === 'undo' ? onDraft(draftOf(member)) : onRemove())}
          >
            <Icon name="more" />
          </MenuButton>
        )}
      </td>
    </tr>
  );
}

interface RoleSelectProps {
  readonly row: MatrixRow;
  readonly actor: Actor;
  readonly lock: string | null;
  readonly onRole: (role: CompanyRole) => void;
}

/** Owners and administrators of the organization have theirs from there. */
function RoleSelect({ row: { member, draft }, actor, lock, onRole }: RoleSelectProps) {
  const above = member.organization_role === 'owner' || member.organization_role === 'admin';
  return (
    <select
      className="s"
      aria-label={`Role of ${member.name}`}
      disabled={above || lock !== null}
      title={above ? 'From the organization' : undefined}
      value={above ? '' : (draft.role ?? '')}
      onChange={({ target }) => onRole(target.value as CompanyRole)}
    >
      {above && <option value="">{organizationRoleNames[member.organization_role ?? 'member']}</option>}
      {companyRoles.map((role) => (
        <option key={role} value={role} disabled={!mayHaveRole(member, draft, role, actor)}>
          {roleNames[role]}
        </option>
      ))}
    </select>
  );
}
