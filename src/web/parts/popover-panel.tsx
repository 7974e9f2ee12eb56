/** The panel of a PopoverButton: placed, closed by Escape and by a click beside it, focus kept inside. */
import type { ReactNode, RefObject } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Popover } from 'react-aria-components/Popover';

interface PopoverPanelProps {
  readonly label: string;
  readonly className: string;
  readonly placement: 'bottom start' | 'bottom end';
  readonly trigger: RefObject<Element | null>;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly children: () => ReactNode;
}

export default function PopoverPanel(props: PopoverPanelProps) {
  const { label, className, placement, trigger, isOpen, onOpenChange, children } = props;
  return (
    // day before month, weeks from Monday; the words stay English
    <I18nProvider locale="en-GB">
      <Popover
        className={`pop ${className}`}
        placement={placement}
        triggerRef={trigger}
        isOpen={isOpen}
        onOpenChange={onOpenChange}
      >
        <Dialog aria-label={label}>{children()}</Dialog>
      </Popover>
    </I18nProvider>
  );
}
