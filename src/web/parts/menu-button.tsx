/**
 * A button that opens a menu. Only the button is loaded with the page; the menu comes when it is first reached for.
 */
import { lazy, Suspense, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { MenuEntry } from './menu-popover.tsx';

const loadPopover = () => import('./menu-popover.tsx');
const MenuPopover = lazy(loadPopover);

interface MenuButtonProps {
  readonly className: string;
  /** What the menu is called; also the button's name when its content has no words. */
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly entries: readonly MenuEntry[];
  readonly onChoose: (id: string) => void;
  /** A choice of one (radio items) instead of actions. */
  readonly selected?: string | null;
  /** The name of a field that finds some of many entries. */
  readonly search?: string | undefined;
  readonly placement?: 'bottom start' | 'bottom end' | 'top end';
  readonly children: ReactNode;
}

export function MenuButton({ className, label, isLabelHidden = false, children, ...menu }: MenuButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  const open = (): void => {
    setWasOpen(true);
    setOpen(true);
  };
  const openByArrow = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    open();
  };
  return (
    <>
      <button
        type="button"
        ref={button}
        className={className}
        aria-label={isLabelHidden ? label : undefined}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={open}
        onKeyDown={openByArrow}
        onPointerEnter={() => void loadPopover()}
        onFocus={() => void loadPopover()}
      >
        {children}
      </button>
      {wasOpen && (
        <Suspense>
          <MenuPopover {...menu} label={label} trigger={button} isOpen={isOpen} onOpenChange={setOpen} />
        </Suspense>
      )}
    </>
  );
}
