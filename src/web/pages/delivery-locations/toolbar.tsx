/** Search, which locations are shown, and how many there are. */
import { useEffect, useRef, useState } from 'react';
import { useShortcuts } from '#web/frame/shortcuts.ts';
import { Icon } from '#web/parts/icon.tsx';
import { count, counted } from '#web/words/figures.ts';
import type { ShownKind } from './search.ts';
import { useView } from './use-view.ts';

interface ToolbarProps {
  readonly counts: { readonly inUse: number; readonly archived: number } | undefined;
  readonly total: number | undefined;
}

export function Toolbar({ counts, total }: ToolbarProps) {
  const { show, change } = useView();
  const kinds: readonly { kind: ShownKind; label: string; count: number | undefined }[] = [
    { kind: 'in_use', label: 'In use', count: counts?.inUse },
    { kind: 'archived', label: 'Archived', count: counts?.archived },
    { kind: 'all', label: 'All', count: counts && counts.inUse + counts.archived },
  ];
  return (
    <fieldset className="bar" aria-label="Filters">
      <SearchBox />
      <fieldset className="seg" aria-label="Which locations">
        {kinds.map(({ kind, label, count: n }) => (
          <button
            key={kind}
            type="button"
            aria-pressed={show === kind}
            onClick={() => change({ show: kind === 'in_use' ? undefined : kind })}
          >
            {label} {n === undefined ? '' : count(n)}
          </button>
        ))}
      </fieldset>
      <span className="grow" />
      {total !== undefined && <span className="muted nowrap wide">{counted(total, 'location')}</span>}
    </fieldset>
  );
}

const typingPauseMs = 250;

/** Searches while one types; the address follows when the typing pauses. */
function SearchBox() {
  const { search, change } = useView();
  const [text, setText] = useState(search.search ?? '');
  const [known, setKnown] = useState(search.search);
  const input = useRef<HTMLInputElement>(null);
  useShortcuts({ '/': () => input.current?.focus() });
  // the address was changed by something else, such as Back
  if (known !== search.search) {
    setKnown(search.search);
    if ((search.search ?? '') !== text.trim()) setText(search.search ?? '');
  }
  useEffect(() => {
    const wanted = text.trim() || undefined;
    if (wanted === search.search) return undefined;
    const timer = setTimeout(() => change({ search: wanted }, { replace: true }), typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, search.search, change]);
  return (
    <div className="searchbox">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label="Search locations"
        aria-keyshortcuts="/"
        placeholder="Name, code, address, number"
        maxLength={200}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {text === '' && <kbd aria-hidden="true">/</kbd>}
    </div>
  );
}
