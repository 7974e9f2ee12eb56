/** Packs: what is saved and run with one press, what was made last, and the grid on which a new one is chosen. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SavedPack } from '#contract/packs.ts';
import { savedPacksQuery } from '#web/api/packs.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { packWords as t } from '#web/words/en/packs.ts';
import { Views } from '../views.tsx';
import { PackBuilder } from './pack-builder.tsx';
import { PackRuns } from './pack-runs.tsx';
import { SavedPacks } from './saved-packs.tsx';
import '#web/styles/packs.css';

export default function PacksPage() {
  const { organization_id: organizationId } = useCompany();
  const { data: saved, isError, refetch } = useQuery(savedPacksQuery(organizationId));
  const [open, setOpen] = useState<SavedPack | null>(null);
  return (
    <>
      <PageHead title={t('title')} lead={t('lead')} />
      <Views />
      {isError && (
        <Blank
          alert
          art="apart"
          title={t('unread')}
          actions={
            <button type="button" className="btn" onClick={() => void refetch()}>
              {t('again')}
            </button>
          }
        >
          {null}
        </Blank>
      )}
      {saved && <SavedPacks packs={saved} onOpen={setOpen} />}
      <PackRuns />
      <PackBuilder key={open?.id ?? 'new'} open={open} onClose={() => setOpen(null)} />
    </>
  );
}
