/** Asks before a location that was never used is deleted. */
import { useQueryClient } from '@tanstack/react-query';
import type { DeliveryLocation } from '#contract/delivery-locations.ts';
import { deleteLocation, locationsKey } from '#web/api/locations.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import Confirm from '#web/parts/confirm.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';

interface DeleteQuestionProps {
  readonly location: DeliveryLocation;
  readonly onClose: () => void;
}

export default function DeleteQuestion({ location, onClose }: DeleteQuestionProps) {
  const company = useCompany();
  const queryClient = useQueryClient();
  const remove = async (): Promise<void> => {
    try {
      await deleteLocation(company.id, location.id);
      showToast({ title: `${location.name} is deleted`, icon: 'trash' });
    } catch (error) {
      showToast(problemToast(error, `${location.name} was not deleted`));
    }
    await queryClient.invalidateQueries({ queryKey: locationsKey(company.id) });
  };
  return (
    <Confirm title={`Delete ${location.name}?`} yes="Delete location" no="Keep" onYes={remove} onClose={onClose}>
      No order, delivery or export names it, so nothing else changes. It cannot be brought back.
    </Confirm>
  );
}
