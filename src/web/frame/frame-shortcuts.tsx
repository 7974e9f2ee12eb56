/** Keys that work everywhere: to the pages, to the search for documents, to the companies, and the list of all keys. */
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
      const key = event.key.toLowerCase();
      if (event.ctrlKey && event.shiftKey && key === 'o') {
        event.preventDefault();
        openCompanySwitcher();
      } else if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && key === 'k') {
        event.preventDefault();
        void navigate({
          to: '/documents',
          search: (({ company }: { company?: string }) => ({ company })) as never,
        }).then(() => focusSearch());
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [navigate]);
  return (
    isListOpen && (
      <Suspense>
        <ShortcutList onClose={() => setListOpen(false)} />
      </Suspense>
    )
  );
}

/** The page comes when its code is there; then the focus goes where one writes. */
function focusSearch(framesLeft = 120): void {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  if (field) field.focus();
  else if (framesLeft > 0) requestAnimationFrame(() => focusSearch(framesLeft - 1));
}
