/** Where and when: the two questions this report is about. */
import { useQuery } from '@tanstack/react-query';
import { deliveryLocationsQuery } from '#web/api/company.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { EntryField } from '#web/parts/report/entry-field.tsx';
import { PeriodField } from '#web/parts/report/period-field.tsx';
import type { PresetId } from '#web/parts/report/presets.ts';
import { useView } from './use-view.ts';

const buttons: readonly PresetId[] = ['7', '30', 'this-month', 'last-month', 'quarter'];

export function Filters() {
  const company = useCompany();
  const { search, period, change, changePeriod } = useView();
  const { data: locations = [] } = useQuery(deliveryLocationsQuery(company.id));
  return (
    <fieldset className="filters" aria-label="Report filters">
      <EntryField
        icon="pin"
        label="Location"
        plural="locations"
        allLabel="All locations"
        entries={locations.map(({ id, name, code, archived_at }) => ({
          id,
          name,
          code,
          isArchived: archived_at !== null,
        }))}
        chosen={search.delivery_location_ids ?? []}
        onApply={(ids) => change({ delivery_location_ids: ids.length > 0 ? [...ids] : undefined })}
      />
      <PeriodField label="Delivered" period={period} buttons={buttons} onChange={changePeriod} />
    </fieldset>
  );
}
