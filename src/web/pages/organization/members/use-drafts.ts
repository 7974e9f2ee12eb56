/** The changes of one company's members that are not saved yet, and saving them one member after the other. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CompanyMember } from '#contract/organization.ts';
import { meQuery } from '#web/api/me.ts';
import { organizationsKey, setMemberAccess } from '#web/api/organization.ts';
import { showToast } from '#web/frame/toasts.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { nameList } from '#web/words/figures.ts';
import { type Draft, draftOf, isChanged } from './draft.ts';
import type { MatrixRow } from './matrix.tsx';

interface Drafts {
  /** With what is not saved yet; added people last. */
  readonly rows: (members: readonly CompanyMember[]) => MatrixRow[];
  readonly changed: readonly MatrixRow[];
  readonly isSaving: boolean;
  readonly set: (member: CompanyMember, draft: Draft) => void;
  /** Somebody of the organization who has no role here yet. */
  readonly add: (member: CompanyMember) => void;
  readonly drop: (userId: string) => void;
  readonly discard: () => void;
  readonly save: () => Promise<void>;
}

export function useDrafts(companyId: string): Drafts {
  const queryClient = useQueryClient();
  const [drafts, setDrafts] = useState<ReadonlyMap<string, MatrixRow>>(new Map());
  const [isSaving, setSaving] = useState(false);

  const put = (row: MatrixRow): void =>
    setDrafts((known) => {
      const next = new Map(known);
      if (row.isNew || isChanged(row.member, row.draft)) next.set(row.member.user_id, row);
      else next.delete(row.member.user_id);
      return next;
    });
  const drop = (userId: string): void => setDrafts((known) => new Map([...known].filter(([id]) => id !== userId)));

  const save = async (): Promise<void> => {
    if (isSaving) return;
    setSaving(true);
    const saved: MatrixRow[] = [];
    for (const row of drafts.values()) {
      const { member, draft } = row;
      try {
        // an administrator without a role here keeps the least one beside the denial
        await setMemberAccess(companyId, member.user_id, { ...draft, role: draft.role ?? 'viewer' });
        saved.push(row);
      } catch (error) {
        showToast(problemToast(error, `The access of ${member.name} was not changed`));
      }
    }
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: organizationsKey }),
      // it may have been one's own
      queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
    ]);
    // only now, so that no row shows for a moment what it was before; what was changed meanwhile stays a draft
    setDrafts((known) => new Map([...known].filter(([, row]) => !saved.includes(row))));
    setSaving(false);
    if (saved.length > 0) {
      const names = saved.map(({ member }) => member.name);
      showToast({
        title: names.length === 1 ? `Access of ${names[0]} is changed` : `Access of ${names.length} members is changed`,
        text: names.length === 1 ? 'It holds from now on.' : `${nameList(names)}. It holds from now on.`,
        icon: 'check',
        tone: 'good',
      });
    }
  };

  return {
    rows: (members) => [
      ...members.map((member) => {
        const own = drafts.get(member.user_id);
        return { member, draft: own && !own.isNew ? own.draft : draftOf(member), isNew: false };
      }),
      ...[...drafts.values()].filter(
        ({ isNew, member }) => isNew && !members.some((m) => m.user_id === member.user_id),
      ),
    ],
    changed: [...drafts.values()],
    isSaving,
    set: (member, draft) => put({ member, draft, isNew: drafts.get(member.user_id)?.isNew ?? false }),
    add: (member) => put({ member, draft: { role: 'viewer', granted: [], denied: [] }, isNew: true }),
    drop,
    discard: () => setDrafts(new Map()),
    save,
  };
}
