/** One capability of one person: a mark and, for those who do not see it, the words. Shown alone or inside a button. */
import { Icon, type IconName } from '#web/parts/icon.tsx';
import type { CellState } from './draft.ts';

/** `has` and `none` are both what the role says. */
export type CellFace = 'has' | 'none' | 'granted' | 'denied';

export const faceOf = (state: CellState, may: boolean): CellFace => (state === 'role' ? (may ? 'has' : 'none') : state);

const icons: Readonly<Record<CellFace, IconName>> = { has: 'check', none: 'minus', granted: 'plus', denied: 'x' };

export const faceWords: Readonly<Record<CellFace, string>> = {
  has: 'from the role',
  none: 'no',
  granted: 'granted to this member',
  denied: 'denied to this member',
};

export const CellIcon = ({ face }: { face: CellFace }) => <Icon name={icons[face]} small />;

/** A mark that cannot be pressed. */
export const CellMark = ({ face }: { face: CellFace }) => (
  <>
    <span className={`cap-mark ${face}`}>
      <CellIcon face={face} />
    </span>
    <span className="vh">{faceWords[face]}</span>
  </>
);

export function Legend() {
  const meanings: readonly (readonly [CellFace, string])[] = [
    ['has', 'From the role'],
    ['granted', 'Granted to this member'],
    ['denied', 'Denied: stronger than role and grant'],
    ['none', 'No'],
  ];
  return (
    <ul className="legend" aria-label="Legend">
      {meanings.map(([face, meaning]) => (
        <li key={face}>
          <span className={`cap-mark ${face}`}>
            <CellIcon face={face} />
          </span>
          {meaning}
        </li>
      ))}
    </ul>
  );
}
