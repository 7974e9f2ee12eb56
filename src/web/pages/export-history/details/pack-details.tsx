/** What is in a pack and whether it agrees, rule by rule. */
import type { ExportJob } from '#contract/export-jobs.ts';
import { PackMembers, usePack } from '#web/parts/packs/pack-members.tsx';
import { TieOutBadge } from '#web/parts/packs/tie-out-badge.tsx';
import { packWords as t } from '#web/words/en/packs.ts';

export function PackDetails({ job }: { job: ExportJob }) {
  const { data: pack } = usePack(job);
  return (
    <>
      {pack?.tie_out && (
        <section>
          <h3 className="h4">{t('agreement')}</h3>
          <p>
            <TieOutBadge pack={pack} />
          </p>
        </section>
      )}
      <section>
        <h3 className="h4">{t('members')}</h3>
        <PackMembers job={job} />
      </section>
    </>
  );
}
