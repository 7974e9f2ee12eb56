/** A filter in a toolbar: dashed while unset, solid with its value when set; opens a panel. */
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { PopoverButton } from './popover-button.tsx';

interface FilterPillProps {
  readonly label: string;
  /** Null while unset. */
  readonly value: string | null;
  readonly shortcut?: string;
  readonly children: (close: () => void) => ReactNode;
}

export function FilterPill({ label, value, shortcut, children }: FilterPillProps) {
  return (
    <PopoverButton
      className={value === null ? 'pill' : 'pill set'}
      label={label}
      {...(shortcut && { shortcut })}
      face={
        value === null ? (
          <>
            <Icon name="plus" small />
            {label}
          </>
        ) : (
          <>
            {label}
            <span className="sep" />
            <b>{value}</b>
          </>
        )
      }
    >
      {children}
    </PopoverButton>
  );
}
