/** What the changes come to, member by member, before anything is saved. Stays at the lower edge of the window. */
import { capabilityLabels, type Capability } from '#contract/access.ts';
import { useMe } from '#web/frame/company-context.tsx';
import { roleNames } from '#web/words/access.ts';
import { difference } from './draft.ts';
import type { MatrixRow } from './matrix.tsx';
import type { useDrafts } from './use-drafts.ts';

export function SaveBar({ drafts }: { drafts: ReturnType<typeof useDrafts> }) {
  const me = useMe();
  return (
    <section className="save-bar" aria-label="Not saved yet">
      <ul>
        {drafts.changed.map((row) => (
          <li key={row.member.user_id}>
            <b>{row.member.user_id === me.user.id ? 'You' : row.member.name}</b>{' '}
            {sentenceOf(row, row.member.user_id === me.user.id)}
          </li>
        ))}
      </ul>
      <button type="button" className="btn" onClick={drafts.discard}>
        Discard
      </button>
      <button
        type="button"
        className="btn primary"
        aria-disabled={drafts.isSaving || undefined}
        onClick={() => void drafts.save()}
      >
        {drafts.isSaving ? 'Saving…' : 'Save changes'}
      </button>
    </section>
  );
}

function sentenceOf({ member, draft, isNew }: MatrixRow, isSelf: boolean): string {
  const { gained, lost } = difference(member, draft);
  const [gain, lose] = isSelf ? ['gain', 'lose'] : ['gains', 'loses'];
  const parts = [
    ...(isNew ? [`${isSelf ? 'join' : 'joins'} as ${draft.role ? roleNames[draft.role] : 'member'}`] : []),
    ...(gained.length > 0 ? [`${gain} ${named(gained)}`] : []),
    ...(lost.length > 0 ? [`${lose} ${named(lost)}`] : []),
  ];
  return parts.length > 0 ? `${parts.join(', ')}.` : 'may do the same as before.';
}

const named = (list: readonly Capability[]): string =>
  list
    .map((capability) => capabilityLabels[capability])
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1');
