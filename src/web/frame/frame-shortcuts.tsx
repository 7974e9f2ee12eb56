/** Keys that work everywhere: to the pages, to the companies, and the list of all keys. */
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { openCompanySwitcher } from './company-switcher.tsx';
import { useShortcuts } from './shortcuts.ts';

const ShortcutList = lazy(() => import('./shortcut-list.tsx'));

export function FrameShortcuts() {
  const navigate = useNavigate();
  const [isListOpen, setListOpen] = useState(false);
  useShortcuts({
    '?': () => setListOpen(true),
    'g p': () => void navigate({ to: '/reports/$report', params: { report: 'purchase-orders' }, search: {} as never }),
    'g i': () => void navigate({ to: '/reports/$report', params: { report: 'inventory' }, search: {} as never }),
    'g e': () => void navigate({ to: '/export-history' }),
    'g v': () => void navigate({ to: '/verify' }),
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!event.ctrlKey || !event.shiftKey || event.key.toLowerCase() !== 'o') return;
      event.preventDefault();
      openCompanySwitcher();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    isListOpen && (
      <Suspense>
        <ShortcutList onClose={() => setListOpen(false)} />
      </Suspense>
    )
  );
}
