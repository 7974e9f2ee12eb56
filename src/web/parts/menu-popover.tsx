/** The menu itself: keyboard, type-ahead and focus by the widget library, looks by menus.css. */
import type { ReactNode, RefObject } from 'react';
import { Autocomplete } from 'react-aria-components/Autocomplete';
import { Input } from 'react-aria-components/Input';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { SearchField } from 'react-aria-components/SearchField';
import { Separator } from 'react-aria-components/Separator';
import { Icon, type IconName } from './icon.tsx';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  /** A second line. */
  readonly detail?: string;
  /** At the right edge: a key, a size. */
  readonly end?: ReactNode;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  /** A line above this entry. */
  readonly startsGroup?: boolean;
}

interface MenuPopoverProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly onChoose: (id: string) => void;
  readonly selected?: string | null;
  /** The name of a field above the entries that finds some of them; absent: they are few. */
  readonly search?: string | undefined;
  readonly placement?: 'bottom start' | 'bottom end' | 'top end';
  readonly trigger: RefObject<Element | null>;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** The focus belongs into a menu that has just been opened. */
const focusFirst = { autoFocus: 'first' } as const;
const focusHere = { autoFocus: true } as const;

const isFound = (text: string, typed: string): boolean => text.toLowerCase().includes(typed.trim().toLowerCase());

export default function MenuPopover(props: MenuPopoverProps) {
  const {
    label,
    entries,
    onChoose,
    selected,
    search,
    placement = 'bottom start',
    trigger,
    isOpen,
    onOpenChange,
  } = props;
  const isChoice = selected !== undefined;
  const menu = (
    <Menu
      {...(search === undefined && focusFirst)}
      aria-label={label}
      onClose={() => onOpenChange(false)}
      onAction={(id) => onChoose(String(id))}
      {...(isChoice && { selectionMode: 'single', selectedKeys: selected ? [selected] : [] })}
    >
      {entries.flatMap((entry) => [
        entry.startsGroup && <Separator key={`before-${entry.id}`} />,
        <MenuItem
          key={entry.id}
          id={entry.id}
          textValue={entry.label}
          isDisabled={entry.isDisabled ?? false}
          className={entry.isDanger ? 'item danger' : 'item'}
        >
          {entry.icon && <Icon name={entry.icon} />}
          <span>
            {entry.label}
            {entry.detail && <small>{entry.detail}</small>}
          </span>
          {isChoice && entry.id === selected ? (
            <span className="end">
              <Icon name="check" />
            </span>
          ) : (
            entry.end && <span className="end">{entry.end}</span>
          )}
        </MenuItem>,
      ])}
    </Menu>
  );
  return (
    <Popover
      trigger="MenuTrigger"
      className="pop"
      aria-label={label}
      placement={placement}
      triggerRef={trigger}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
    >
      {search === undefined ? (
        menu
      ) : (
        <Autocomplete filter={isFound}>
          <SearchField className="searchbox-s" aria-label={search} {...focusHere}>
            <Input placeholder={search} />
          </SearchField>
          {menu}
        </Autocomplete>
      )}
    </Popover>
  );
}
