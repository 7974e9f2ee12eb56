/** Bringing an archived location back: nothing is lost by it, so nothing is asked. */
import { useQueryClient } from '@tanstack/react-query';
import type { DeliveryLocation } from '#contract/delivery-locations.ts';
import { changeLocation, locationsKey } from '#web/api/locations.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';

export function useRestore(): (location: DeliveryLocation) => Promise<void> {
  const company = useCompany();
  const queryClient = useQueryClient();
  return async ({ id, name }) => {
    try {
      await changeLocation(company.id, id, { archived: false });
      showToast({ title: `${name} is in use again`, icon: 'check', tone: 'good' });
    } catch (error) {
      showToast(problemToast(error, `${name} stays archived`));
    }
    await queryClient.invalidateQueries({ queryKey: locationsKey(company.id) });
  };
}
