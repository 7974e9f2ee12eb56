/** The frame of narrow screens: the company, and everything else behind one button. */
import type { Company } from '#web/api/me.ts';
import { Icon } from '#web/parts/icon.tsx';
import { PopoverButton } from '#web/parts/popover-button.tsx';
import { Account } from './account.tsx';
import { CompanySwitcher } from './company-switcher.tsx';
import { Navigation } from './navigation.tsx';
import { Tray } from './tray.tsx';

interface TopBarProps {
  readonly company: Company | null;
  readonly unfinished: number | null;
}

export function TopBar({ company, unfinished }: TopBarProps) {
  return (
    <header className="topbar">
      <CompanySwitcher companyId={company?.id ?? null} />
      <PopoverButton
        className="icon-btn"
        label="Menu"
        isLabelHidden
        panelClassName="nav-pop"
        placement="bottom end"
        face={<Icon name="menu" />}
      >
        {(close) => (
          <>
            <Navigation label="Main" unfinished={unfinished} onGo={close} />
            <Tray />
            <Account company={company} />
          </>
        )}
      </PopoverButton>
    </header>
  );
}
