/** A page past the end (an old link, a filter since) becomes the last one. */
import { useEffect } from 'react';

interface Known {
  /** Of the rows on screen; undefined while another answer is awaited. */
  readonly totalPages: number | undefined;
  readonly page: number;
}

export function useStepBack({ totalPages, page }: Known, goTo: (page: number) => void): void {
  const isPastEnd = totalPages !== undefined && totalPages > 0 && page >= totalPages;
  useEffect(() => {
    if (isPastEnd) goTo(totalPages - 1);
    // oxlint-disable-next-line react/exhaustive-deps -- only when it comes to be past the end
  }, [isPastEnd]);
}
