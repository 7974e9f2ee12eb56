/** How a run or a delivery stands: icon and word together. */
import type { DeliveryStatus, RunStatus } from '#contract/schedules.ts';
import { Icon, type IconName } from '#web/parts/icon.tsx';
import { deliveryStatusNames, runStatusNames } from '#web/words/en/schedules.ts';

type Look = readonly [className: string, icon: IconName];
const looks: Readonly<Record<RunStatus | DeliveryStatus, Look>> = {
  waiting: ['pending', 'queue'],
  running: ['processing', 'spin'],
  sending: ['processing', 'spin'],
  sent: ['completed', 'done'],
  partly_sent: ['expired', 'warn'],
  skipped: ['canceled', 'minus'],
  failed: ['failed', 'fail'],
  refused: ['failed', 'ban'],
};

const badge = (status: RunStatus | DeliveryStatus, name: string) => (
  <span className={`badge ${looks[status][0]}`}>
    <Icon name={looks[status][1]} />
    {name}
  </span>
);

export const RunMark = ({ status }: { status: RunStatus }) => badge(status, runStatusNames[status]);
export const DeliveryMark = ({ status }: { status: DeliveryStatus }) => badge(status, deliveryStatusNames[status]);
