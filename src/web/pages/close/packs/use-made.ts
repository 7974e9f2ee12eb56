/** What follows when a pack was asked for: lists are read again, and where it is found is said. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ExportPack } from '#contract/packs.ts';
import { packRunsKey } from '#web/api/packs.ts';
import { showToast } from '#web/frame/toasts.tsx';
import { markFresh } from '#web/live/fresh.ts';
import { reloadJobs } from '#web/live/job-cache.ts';
import { periodText } from '#web/words/days.ts';
import { packWords as t } from '#web/words/en/packs.ts';

export function useMade(): (pack: ExportPack) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    async (pack) => {
      const [first] = pack.members;
      const companyId = first?.company_id ?? '';
      markFresh(pack.id);
      showToast({
        title: t('requested'),
        text: `${pack.name}, ${periodText(pack.date_from, pack.date_to)}`,
        icon: 'queue',
        exportId: pack.id,
        links: [
          {
            label: t('showIt'),
            onPress: () =>
              void navigate({ to: '/export-history', search: { company: companyId, highlight: pack.id } as never }),
          },
        ],
      });
      await client.invalidateQueries({ queryKey: packRunsKey(pack.organization_id) });
      await reloadJobs(client, companyId);
    },
    [client, navigate],
  );
}
