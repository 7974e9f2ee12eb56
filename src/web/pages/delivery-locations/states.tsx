/** What is shown when it is not simply a list: loading, nothing yet, nothing matches. */
import { Link } from '@tanstack/react-router';
import { Blank } from '#web/parts/blank.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { SkeletonRows } from '#web/parts/skeleton-rows.tsx';
import { counted } from '#web/words/figures.ts';
import { LocationsHead } from './location-list.tsx';
import { useView } from './use-view.ts';

const bars = [
  [64, 112, 62, 58, 76, 0],
  [88, 140, 62, 84, 76, 0],
  [96, 112, 62, 92, 76, 0],
];

export const SkeletonLocations = () => (
  <>
    <output className="vh">Loading locations</output>
    <table className="table stack" inert>
      <LocationsHead />
      <SkeletonRows rows={bars} isTwoLined />
    </table>
  </>
);

interface NoLocationsProps {
  readonly mayManage: boolean;
  readonly onAdd: () => void;
}

export function NoLocations({ mayManage, onAdd }: NoLocationsProps) {
  return (
    <Blank
      art="first"
      title="No delivery locations yet"
      actions={
        mayManage && (
          <>
            <button type="button" className="btn primary" onClick={onAdd}>
              <Icon name="plus" />
              Add location
            </button>
            <Link className="btn" to="/import">
              Import them
            </Link>
          </>
        )
      }
    >
      A location is a place that vendors deliver to: a kitchen, a bar, a cold store. Purchase reports are read by it.
    </Blank>
  );
}

export function NoMatch({ counts }: { counts: { inUse: number; archived: number } | undefined }) {
  const { search, show, change } = useView();
  const others = counts ? (show === 'archived' ? counts.inUse : show === 'in_use' ? counts.archived : 0) : 0;
  return (
    <Blank
      art="search"
      title={search.search ? 'No location matches' : show === 'archived' ? 'Nothing is archived' : 'None is in use'}
      actions={
        <button type="button" className="btn" onClick={() => change({ search: undefined, show: undefined })}>
          Clear filters
        </button>
      }
    >
      {search.search ? `No name, code, address or customer number has “${search.search}” in it.` : ''}
      {others > 0 && ` ${counted(others, 'location')} ${show === 'archived' ? 'in use' : 'archived'} would match.`}
    </Blank>
  );
}
