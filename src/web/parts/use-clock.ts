/** The clock of the page: ticks only while something on it depends on the time. */
import { useEffect, useState } from 'react';
import { serverNow } from '#web/api/server-clock.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { localDay } from '#web/words/instants.ts';

/** Milliseconds by the server's clock; changes every `everyMs` while `isOn`. */
export function useNow(everyMs: number, isOn = true): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isOn]);
  return now;
}

/** The business day it is in the company's zone; turns at its midnight. */
export function useToday(): string {
  const { time_zone } = useCompany();
  return localDay(useNow(30_000), time_zone);
}
