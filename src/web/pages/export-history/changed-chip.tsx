/** On an export's row: that its lines are not those of today any more. Wording alone, and what the reader
 * has marked as known, is said quietly. */
import type { ExportJob } from '#contract/export-jobs.ts';
import { changesWords as t } from '#web/words/en/changes.ts';
import { decimal } from '#web/words/figures.ts';

export function ChangedChip({ job }: { job: ExportJob }) {
  const { changed_since: changed } = job;
  if (!changed) return null;
  if (changed.lines === 0) return <span className="sub">{t('wordingSince')}</span>;
  const money = changed.totals.map(
    ({ currency, net_difference: net }) => `${net.startsWith('-') ? '' : '+'}${decimal(net)} ${currency}`,
  );
  return (
    <span className={changed.is_known ? 'sub' : 'sub warn-t'}>
      {[t('since', { count: changed.lines }), ...money].join(', ')}
    </span>
  );
}
