/** What the roles come to, company by company, before anything is sent. A press on a cell makes an exception. */
import {
  capabilities,
  type Capability,
  type CompanyRole,
  effectiveCapabilities,
  type OrganizationRole,
} from '#contract/access.ts';
import type { CompanyMember } from '#contract/organization.ts';
import { Icon } from '#web/parts/icon.tsx';
import { capabilityHints, shortCapabilityNames } from '#web/words/access.ts';
import { nameList } from '#web/words/figures.ts';
import { CellIcon, CellMark, faceOf, faceWords } from '../members/capability-cell.tsx';
import { afterPress, cellOf } from '../members/draft.ts';

export interface Assignment {
  role: CompanyRole;
  granted: Capability[];
  denied: Capability[];
}
/** By company; one that is not there is no access. */
export type Assignments = Readonly<Record<string, Assignment>>;

interface PreviewProps {
  readonly role: OrganizationRole;
  readonly companies: readonly { readonly id: string; readonly name: string }[];
  readonly assignments: Assignments;
  /** What the person at the page holds in a company: nobody gives more. */
  readonly heldIn: (companyId: string) => readonly Capability[];
  readonly onAssign: (companyId: string, given: Assignment) => void;
}

/** With more companies than this the table shows those with a role, and the first of those. */
const columnsMax = 4;

const nobody: CompanyMember = {
  user_id: '',
  name: '',
  email: '',
  organization_role: 'member',
  role: null,
  granted: [],
  denied: [],
  capabilities: [],
};

export function Preview({ role, companies, assignments, heldIn, onAssign }: PreviewProps) {
  const given = companies.filter(({ id }) => assignments[id]);
  const columns = companies.length <= columnsMax ? companies : given.slice(0, columnsMax);
  if (role !== 'member') {
    return (
      <p className="tip">
        <Icon name="eye" />
        <span>
          Will be able to do everything in every company of the organization, also in those that come later
          {role === 'owner' ? '; nothing can be denied to an owner.' : ', unless it is denied there.'}
        </span>
      </p>
    );
  }
  return (
    <>
      {columns.length > 0 && (
        <>
          <h3 className="h4 preview-title" id="preview-title">
            What this person will be able to do
          </h3>
          <table className="mini caps" aria-labelledby="preview-title">
            <thead>
              <tr>
                <th scope="col">
                  <span className="vh">Permission</span>
                </th>
                {columns.map(({ id, name }) => (
                  <th scope="col" key={id} title={name}>
                    <span className="company-head">{shortened(name, companies)}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {capabilities.map((capability) => (
                <tr key={capability} className={capability === 'view_financials' ? 'key' : undefined}>
                  <th scope="row">
                    {shortCapabilityNames[capability]}
                    {capabilityHints[capability] && <span className="sub">{capabilityHints[capability]}</span>}
                  </th>
                  {columns.map(({ id, name }) => (
                    <td key={id}>
                      <PreviewCell
                        company={name}
                        capability={capability}
                        given={assignments[id]}
                        held={heldIn(id)}
                        onAssign={(next) => onAssign(id, next)}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <p className="tip">
        <Icon name="eye" />
        <span>{inWords(given, assignments)}</span>
      </p>
    </>
  );
}

interface PreviewCellProps {
  readonly company: string;
  readonly capability: Capability;
  readonly given: Assignment | undefined;
  readonly held: readonly Capability[];
  readonly onAssign: (given: Assignment) => void;
}

function PreviewCell({ company, capability, given, held, onAssign }: PreviewCellProps) {
  if (!given) return <CellMark face="none" />;
  const face = faceOf(cellOf(given, capability), mayOf(given).includes(capability));
  const next = afterPress(nobody, given, capability, { capabilities: held, organizationRole: null });
  return (
    <button
      type="button"
      className={`cap ${face}`}
      aria-label={`${company}, ${shortCapabilityNames[capability]}: ${faceWords[face]}`}
      aria-disabled={next === null || undefined}
      onClick={() => {
        if (next) onAssign({ role: given.role, granted: [...next.granted], denied: [...next.denied] });
      }}
    >
      <CellIcon face={face} />
    </button>
  );
}

const mayOf = ({ role, granted, denied }: Assignment): Capability[] =>
  effectiveCapabilities({ organizationRole: 'member', companyRole: role, granted, denied });

/** Without the words that every company's name begins with. */
function shortened(name: string, companies: readonly { readonly name: string }[]): string {
  const words = name.split(' ');
  let shared = 0;
  while (companies.length > 1 && companies.every((one) => one.name.split(' ')[shared] === words[shared])) shared += 1;
  return words.slice(shared).join(' ') || name;
}

function inWords(given: readonly { readonly id: string; readonly name: string }[], assignments: Assignments): string {
  const may = (id: string): Capability[] => (assignments[id] ? mayOf(assignments[id]) : []);
  const withMoney = given.filter(({ id }) => may(id).includes('view_financials')).map(({ name }) => name);
  const without = given.filter(({ id }) => !may(id).includes('view_financials')).map(({ name }) => name);
  const parts = [
    ...(withMoney.length > 0 ? [`will see prices, totals and every export of ${nameList(withMoney)}`] : []),
    ...(without.length > 0 ? [`will work in ${nameList(without)} without seeing prices`] : []),
  ];
  const text = parts.length > 0 ? parts.join('; ') : 'will be in the organization, and may do nothing in a company yet';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
