/** Where the charts will stand; the rows below do not wait for them. */
import { reportWords as t } from '#web/words/en/reports.ts';

export function ChartsSkeleton({ isFailed }: { isFailed: boolean }) {
  return (
    <div className="pair charts-skel">
      {isFailed ? <p className="muted">{t('chartsFailed')}</p> : <span className="skel" />}
    </div>
  );
}
