/**
 * What lies over the page: a dialog in the middle, a drawer at the right, a sheet from below. Focus stays inside,
 * Escape and a click beside it close it, and the focus goes back to where it was.
 */
import type { ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Icon } from './icon.tsx';

interface SurfaceProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Only when there is no visible title. */
  readonly label?: string;
  readonly role?: 'dialog' | 'alertdialog';
  /** False while something would be lost by a stray click. */
  readonly isDismissable?: boolean;
  readonly children: ReactNode;
}

interface PlacedProps extends SurfaceProps {
  readonly scrim: string;
  readonly place: string;
  readonly surface: string;
}

function Placed(props: PlacedProps) {
  const { isOpen, onClose, label, role = 'dialog', isDismissable = true, children, scrim, place, surface } = props;
  return (
    // day before month, weeks from Monday; the words stay English
    <I18nProvider locale="en-GB">
      <ModalOverlay
        className={scrim}
        isOpen={isOpen}
        isDismissable={isDismissable}
        isKeyboardDismissDisabled={!isDismissable}
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
      >
        <Modal className={place}>
          <Dialog className={surface} role={role} aria-label={label}>
            {children}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </I18nProvider>
  );
}

/** In the middle; small for a question; opaque where nothing behind it may be seen. */
export const CenterDialog = ({
  isSmall = false,
  isOpaque = false,
  ...props
}: SurfaceProps & { isSmall?: boolean; isOpaque?: boolean }) => (
  <Placed
    {...props}
    scrim={isOpaque ? 'scrim center opaque' : 'scrim center'}
    place={isSmall ? 'dlg-place small' : 'dlg-place'}
    surface="dlg"
  />
);

export const Drawer = (props: SurfaceProps) => (
  <Placed {...props} scrim="scrim" place="drawer-place" surface="drawer" />
);

export const Sheet = (props: SurfaceProps) => <Placed {...props} scrim="scrim" place="sheet-place" surface="sheet" />;

/** Title and closing cross of a CenterDialog. The title names the dialog. */
export function DialogHead({ title, lead, onClose }: { title: string; lead?: ReactNode; onClose: () => void }) {
  return (
    <div className="dlg-h">
      <div>
        <Heading slot="title" level={2}>
          {title}
        </Heading>
        {lead && <p>{lead}</p>}
      </div>
      <CloseButton onClose={onClose} />
    </div>
  );
}

export function CloseButton({ onClose }: { onClose: () => void }) {
  return (
    <button type="button" className="icon-btn" aria-label="Close" onClick={onClose}>
      <Icon name="x" />
    </button>
  );
}
