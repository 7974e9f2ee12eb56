/** The pages, in two groups; Export History carries the number of unfinished exports. */
import { Link, type LinkProps } from '@tanstack/react-router';
import { Icon, type IconName } from '#web/parts/icon.tsx';

interface Entry {
  readonly to: NonNullable<LinkProps['to']>;
  /** Of a report's page. */
  readonly report?: string;
  readonly hasPeriod?: boolean;
  readonly label: string;
  readonly icon: IconName;
}

const groups: readonly { title: string; entries: readonly Entry[] }[] = [
  {
    title: 'Reports',
    entries: [
      { to: '/reports', hasPeriod: true, label: 'All reports', icon: 'file' },
      { to: '/reports/$report', report: 'purchase-orders', label: 'Purchase Orders', icon: 'orders' },
      { to: '/reports/$report', report: 'inventory', label: 'Inventory', icon: 'stock' },
      { to: '/documents', label: 'Documents', icon: 'search' },
      { to: '/close', label: 'Month end', icon: 'lock' },
      { to: '/export-history', label: 'Export History', icon: 'history' },
      { to: '/changes', label: 'Changes', icon: 'edit' },
      { to: '/schedules', label: 'Schedules', icon: 'calendar' },
      { to: '/verify', label: 'Verify a file', icon: 'seal' },
    ],
  },
  {
    title: 'Settings',
    entries: [
      { to: '/delivery-locations', label: 'Delivery Locations', icon: 'pin' },
      { to: '/import', label: 'Import', icon: 'upload' },
      { to: '/organization', label: 'Organization', icon: 'org' },
    ],
  },
];

/** The days of one report are the days of the next. */
const periodOf = ({ company, date_from, date_to }: Record<string, unknown>) => ({ company, date_from, date_to });
const keepCompany = ({ company }: Record<string, unknown>) => ({ company });

interface NavigationProps {
  readonly label: string;
  /** Of the selected company; null while unknown or not to be known. */
  readonly unfinished: number | null;
  readonly onGo?: () => void;
}

export function Navigation({ label, unfinished, onGo }: NavigationProps) {
  return (
    <nav className="nav" aria-label={label}>
      {groups.map((group) => (
        <div key={group.title}>
          <h2>{group.title}</h2>
          <ul>
            {group.entries.map(({ to, report, hasPeriod, label: name, icon }) => (
              <li key={name}>
                <Link
                  to={to}
                  params={{ report } as never}
                  search={(report || hasPeriod ? periodOf : keepCompany) as never}
                  activeOptions={{ exact: true, includeSearch: false }}
                  onClick={onGo}
                >
                  <Icon name={icon} />
                  {name}
                  {to === '/export-history' && unfinished ? (
                    <span className="count">
                      {unfinished > 999 ? '999+' : unfinished}
                      <span className="vh"> unfinished</span>
                    </span>
                  ) : null}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
