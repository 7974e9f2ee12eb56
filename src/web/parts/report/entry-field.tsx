/** A field of a report that names what was chosen of a list, and opens the list. */
import { lazy, Suspense } from 'react';
import { Icon, type IconName } from '#web/parts/icon.tsx';
import { PopoverButton } from '#web/parts/popover-button.tsx';
import type { EntryPickerProps } from './entry-picker.tsx';

const EntryPicker = lazy(() => import('./entry-picker.tsx'));

interface EntryFieldProps extends EntryPickerProps {
  readonly icon: IconName;
  /** Several of them: `locations`. */
  readonly plural: string;
}

export function EntryField({ icon, plural, ...picker }: EntryFieldProps) {
  const { label, entries, chosen, onApply } = picker;
  return (
    <PopoverButton
      className="field"
      label={label}
      face={
        <>
          <Icon name={icon} />
          <span>{label}</span> <b className="trunc">{chosenText(entries, chosen, plural)}</b>
          <Icon name="down" />
        </>
      }
    >
      {(close) => (
        <Suspense fallback={<div className="entry-picker" />}>
          <EntryPicker
            {...picker}
            onApply={(ids) => {
              onApply(ids);
              close();
            }}
          />
        </Suspense>
      )}
    </PopoverButton>
  );
}

/** `All 3`, `Main Kitchen`, `Main Kitchen, Bar`, `3 locations`. */
function chosenText(entries: EntryPickerProps['entries'], chosen: EntryPickerProps['chosen'], plural: string): string {
  if (chosen.length === 0) {
    const inUse = entries.filter(({ isArchived }) => !isArchived);
    return inUse.length === 1 ? (inUse[0]?.name ?? 'All') : inUse.length > 1 ? `All ${inUse.length}` : 'All';
  }
  const names = chosen.map((id) => entries.find((entry) => entry.id === id)?.name);
  return names.length <= 2 && names.every((name) => name !== undefined)
    ? names.join(', ')
    : `${chosen.length} ${plural}`;
}
