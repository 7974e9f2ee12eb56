/** The table of locations; on a phone each is a card. The name opens the form, everything else is in the menu. */
import { useNavigate } from '@tanstack/react-router';
import type { DeliveryLocation } from '#contract/delivery-locations.ts';
import type { Page } from '#contract/export-jobs.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import type { MenuEntry } from '#web/parts/menu-popover.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { dayText, monthAround } from '#web/words/days.ts';
import { counted } from '#web/words/figures.ts';
import { localDay } from '#web/words/instants.ts';
import { stringifySearch } from '#web/url-search.ts';
import { addressLines } from './address.ts';
import { defaultPageSize } from './search.ts';
import { useRestore } from './use-restore.ts';
import { useView } from './use-view.ts';

interface LocationListProps {
  readonly page: Page<DeliveryLocation>;
  readonly mayManage: boolean;
  readonly onAsk: (verb: 'archive' | 'delete', location: DeliveryLocation) => void;
}

export function LocationList({ page, mayManage, onAsk }: LocationListProps) {
  const { search, question, change } = useView();
  return (
    <>
      <table className="table stack" role="table">
        <caption className="vh">Delivery locations</caption>
        <LocationsHead />
        <tbody role="rowgroup">
          {page.results.map((location) => (
            <LocationRow key={location.id} location={location} mayManage={mayManage} onAsk={onAsk} />
          ))}
        </tbody>
      </table>
      {page.total > Math.min(defaultPageSize, question.page_size) && (
        <Pager
          page={page.page}
          pageSize={page.page_size}
          total={page.total}
          totalPages={page.total_pages}
          hrefOf={(number) => `/delivery-locations${stringifySearch({ ...search, page: number || undefined })}`}
          onPage={(number) => change({ page: number || undefined })}
          onPageSize={(page_size) => change({ page_size })}
        />
      )}
    </>
  );
}

export function LocationsHead() {
  const { question, change } = useView();
  const isDown = question.ordering === '-name';
  const isSorted = isDown || question.ordering === 'name';
  return (
    <thead role="rowgroup">
      <tr role="row">
        <th scope="col" role="columnheader" aria-sort={isSorted ? (isDown ? 'descending' : 'ascending') : undefined}>
          <button
            type="button"
            className="sort"
            onClick={() => change({ ordering: isSorted && !isDown ? '-name' : undefined })}
          >
            Location
            <Icon name={isDown ? 'desc' : 'asc'} />
          </button>
        </th>
        <th scope="col" role="columnheader">
          Address
        </th>
        <th scope="col" role="columnheader">
          Customer number
        </th>
        <th scope="col" role="columnheader">
          Storage unit
        </th>
        <th scope="col" role="columnheader">
          Last delivery
        </th>
        <th scope="col" role="columnheader">
          <span className="vh">Actions</span>
        </th>
      </tr>
    </thead>
  );
}

function LocationRow({ location, mayManage, onAsk }: Omit<LocationListProps, 'page'> & { location: DeliveryLocation }) {
  const company = useCompany();
  const today = useToday();
  const { change } = useView();
  const { street, place } = addressLines(location);
  const lastMonth = monthAround(today, -1).from;
  return (
    <tr role="row" className={location.archived_at ? 'off-row' : undefined}>
      <th scope="row" role="rowheader">
        <button
          type="button"
          className="row-link"
          aria-haspopup="dialog"
          onClick={() => change({ location: location.id })}
        >
          {location.name}
        </button>{' '}
        {location.archived_at && <span className="tag">Archived</span>}
        <span className="sub">{location.code}</span>
      </th>
      <td role="cell" data-l="Address">
        <span>
          {street || place || <span className="muted">None</span>}
          {street && place && <span className="sub">{place}</span>}
        </span>
      </td>
      <td role="cell" data-l="Customer number">
        <span>{location.customer_number ?? <span className="muted">None</span>}</span>
      </td>
      <td role="cell" data-l="Storage unit">
        <span>{location.storage_unit?.name ?? <span className="muted">None</span>}</span>
      </td>
      <td role="cell" data-l="Last delivery">
        <span>
          {location.last_delivery_on ? dayText(location.last_delivery_on) : <span className="muted">Never</span>}
          <span className="sub">
            {location.archived_at
              ? archivedText(location, company.time_zone)
              : location.last_delivery_on && `${counted(location.lines_last_month, 'line')} in ${monthName(lastMonth)}`}
          </span>
        </span>
      </td>
      <td role="cell" className="end right">
        <RowMenu location={location} mayManage={mayManage} onAsk={onAsk} />
      </td>
    </tr>
  );
}

const monthName = (day: string): string =>
  new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** Archiving is the last change of an archived one, unless somebody has edited it since: then only the day is said. */
const archivedText = ({ archived_at, updated_at, updated_by }: DeliveryLocation, timeZone: string): string =>
  `Archived ${dayText(localDay(archived_at ?? updated_at, timeZone))}${
    updated_by && archived_at === updated_at ? ` by ${updated_by}` : ''
  }`;

function RowMenu({ location, mayManage, onAsk }: Omit<LocationListProps, 'page'> & { location: DeliveryLocation }) {
  const { change } = useView();
  const navigate = useNavigate();
  const restore = useRestore();
  const isArchived = location.archived_at !== null;
  const entries: MenuEntry[] = [
    { id: 'edit', label: mayManage ? 'Edit' : 'Details', icon: mayManage ? 'edit' : 'eye' },
    { id: 'purchases', label: 'Purchases of this location', icon: 'orders' },
  ];
  if (mayManage && isArchived) entries.push({ id: 'restore', label: 'Bring back', icon: 'again', startsGroup: true });
  if (mayManage && !isArchived) {
    entries.push({ id: 'archive', label: 'Archive…', icon: 'archive', isDanger: true, startsGroup: true });
  }
  if (mayManage && !location.used) entries.push({ id: 'delete', label: 'Delete…', icon: 'trash', isDanger: true });
  const choose = (id: string): void => {
    if (id === 'edit') change({ location: location.id });
    if (id === 'archive' || id === 'delete') onAsk(id, location);
    if (id === 'restore') void restore(location);
    if (id === 'purchases') {
      void navigate({
        to: '/reports/$report',
        params: { report: 'purchase-orders' },
        search: { delivery_location_ids: location.id } as never,
      });
    }
  };
  return (
    <MenuButton
      className="icon-btn"
      label={`More for ${location.name}`}
      isLabelHidden
      placement="bottom end"
      entries={entries}
      onChoose={choose}
    >
      <Icon name="more" />
    </MenuButton>
  );
}
