/**
 * A button that opens a small panel (a filter, the navigation of a phone). As with menus, what opens is loaded
 * when it is first reached for.
 */
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';

const loadPanel = () => import('./popover-panel.tsx');
const PopoverPanel = lazy(loadPanel);

interface PopoverButtonProps {
  readonly className: string;
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly panelClassName?: string;
  readonly placement?: 'bottom start' | 'bottom end';
  /** What the button shows. */
  readonly face: ReactNode;
  /** The content of the panel; `close` gives the focus back to the button. */
  readonly children: (close: () => void) => ReactNode;
  readonly shortcut?: string;
}

export function PopoverButton(props: PopoverButtonProps) {
  const { className, label, isLabelHidden = false, panelClassName = '', placement, face, children, shortcut } = props;
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        ref={button}
        className={className}
        aria-label={isLabelHidden ? label : undefined}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-keyshortcuts={shortcut}
        onClick={() => {
          setWasOpen(true);
          setOpen(true);
        }}
        onPointerEnter={() => void loadPanel()}
        onFocus={() => void loadPanel()}
      >
        {face}
      </button>
      {wasOpen && (
        <Suspense>
          <PopoverPanel
            label={label}
            className={panelClassName}
            placement={placement ?? 'bottom start'}
            trigger={button}
            isOpen={isOpen}
            onOpenChange={setOpen}
          >
            {() => children(() => setOpen(false))}
          </PopoverPanel>
        </Suspense>
      )}
    </>
  );
}
