/** Asks before a location is archived, and says which orders are still on their way to it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { DeliveryLocation } from '#contract/delivery-locations.ts';
import { changeLocation, locationQuery, locationsKey } from '#web/api/locations.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import Confirm from '#web/parts/confirm.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { nameList } from '#web/words/figures.ts';
import { useRestore } from './use-restore.ts';

interface ArchiveQuestionProps {
  readonly location: DeliveryLocation;
  readonly onClose: () => void;
}

export default function ArchiveQuestion({ location, onClose }: ArchiveQuestionProps) {
  const company = useCompany();
  const queryClient = useQueryClient();
  const restore = useRestore();
  const { data: details } = useQuery(locationQuery(company.id, location.id));
  const open = details?.open_orders;
  const archive = async (): Promise<void> => {
    try {
      const archived = await changeLocation(company.id, location.id, { archived: true });
      showToast({
        title: `${location.name} is archived`,
        icon: 'archive',
        links: [{ label: 'Bring back', onPress: () => void restore(archived) }],
      });
    } catch (error) {
      showToast(problemToast(error, `${location.name} was not archived`));
    }
    await queryClient.invalidateQueries({ queryKey: locationsKey(company.id) });
  };
  return (
    <Confirm title={`Archive ${location.name}?`} yes="Archive location" no="Keep" onYes={archive} onClose={onClose}>
      It leaves the pickers and takes no new orders. Its deliveries stay in every report, and it can be brought back.
      {open && open.total > 0 && (
        <span className="banner warn in-question">
          <Icon name="warn" />
          <span>
            <b>{open.total === 1 ? '1 order is still open' : `${open.total} orders are still open`}</b>
            <br />
            {openOrdersText(open, location.name)}
          </span>
        </span>
      )}
    </Confirm>
  );
}

function openOrdersText({ total, numbers }: { total: number; numbers: readonly string[] }, name: string): string {
  const listed =
    total > numbers.length
      ? `${nameList(numbers, numbers.length)} and ${total - numbers.length} more`
      : numbers.join(', ').replace(/, ([^,]*)$/, ' and $1');
  return `${listed} ${total === 1 ? 'is' : 'are'} sent to ${name}. ${total === 1 ? 'It' : 'They'} can still be received.`;
}
