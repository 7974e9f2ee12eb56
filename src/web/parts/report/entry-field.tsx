/** A field of a report that names what was chosen of a list, and opens the list. */
import { lazy, Suspense } from 'react';
import type { ReportFilter } from '#contract/reports.ts';
import { Icon, type IconName } from '#web/parts/icon.tsx';
import { PopoverButton } from '#web/parts/popover-button.tsx';
import { chosenNames, useEntries } from '#web/parts/report-filters/entries.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import type { EntryPickerProps } from './entry-picker.tsx';

const EntryPicker = lazy(() => import('./entry-picker.tsx'));

interface EntryFieldProps extends EntryPickerProps {
  readonly icon: IconName;
  readonly filter: ReportFilter;
  /** Several of them: `locations`. */
  readonly plural: string;
}

export function EntryField({ icon, plural, filter, ...picker }: EntryFieldProps) {
  const { label, entries, chosen } = picker;
  return (
    <PopoverButton
      className="field"
      label={label}
      face={
        <>
          <Icon name={icon} />
          <span>{label}</span>{' '}
          <b className="trunc">
            {chosenNames(entries, chosen, (n) => t('some', { n, what: plural })) ?? allText(entries)}
          </b>
          <Icon name="down" />
        </>
      }
    >
      {(close) => <FilterPicker {...picker} filter={filter} onDone={close} />}
    </PopoverButton>
  );
}

/** The list itself; its entries are asked for when it opens. */
export function FilterPicker({
  filter,
  onDone,
  ...picker
}: EntryPickerProps & { filter: ReportFilter; onDone: () => void }) {
  const entries = useEntries(filter, true);
  return (
    <Suspense fallback={<div className="entry-picker" />}>
      <EntryPicker
        {...picker}
        entries={entries}
        onApply={(ids) => {
          picker.onApply(ids);
          onDone();
        }}
      />
    </Suspense>
  );
}

/** `All 3`, or the only one by its name. */
function allText(entries: EntryPickerProps['entries']): string {
  const inUse = entries.filter(({ isArchived }) => !isArchived);
  return inUse.length === 1
    ? (inUse[0]?.name ?? t('all'))
    : inUse.length > 1
      ? t('allCount', { n: inUse.length })
      : t('all');
}
