/** Who is signed in and the company the address selects. Pages inside the frame can rely on both. */
import { useSuspenseQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import type { Capability, Me } from '#contract/access.ts';
import { meQuery, type Company } from '#web/api/me.ts';

export const CompanyContext = createContext<Company | null>(null);

export const useMe = (): Me => useSuspenseQuery(meQuery).data;

/** The selected company; the frame never shows a page without one. */
export function useCompany(): Company {
  const company = use(CompanyContext);
  if (!company) throw new Error('useCompany outside the frame');
  return company;
}

export const useMay = (capability: Capability): boolean => useCompany().capabilities.includes(capability);
