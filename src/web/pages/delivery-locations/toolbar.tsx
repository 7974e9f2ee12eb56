/** Search, which locations are shown, and how many there are. */
import { SearchInput } from '#web/parts/search-input.tsx';
import { count, counted } from '#web/words/figures.ts';
import type { ShownKind } from './search.ts';
import { useView } from './use-view.ts';

interface ToolbarProps {
  readonly counts: { readonly inUse: number; readonly archived: number } | undefined;
  readonly total: number | undefined;
}

export function Toolbar({ counts, total }: ToolbarProps) {
  const { search, show, change } = useView();
  const kinds: readonly { kind: ShownKind; label: string; count: number | undefined }[] = [
    { kind: 'in_use', label: 'In use', count: counts?.inUse },
    { kind: 'archived', label: 'Archived', count: counts?.archived },
    { kind: 'all', label: 'All', count: counts && counts.inUse + counts.archived },
  ];
  return (
    <fieldset className="bar" aria-label="Filters">
      <SearchInput
        label="Search locations"
        placeholder="Name, code, address, number"
        value={search.search}
        onSearch={(text) => change({ search: text }, { replace: true })}
      />
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
