/** All pages of a list, one after the other: for lists that are shown or searched whole. */
import type { Page } from '#contract/export-jobs.ts';
import { api } from './client.ts';

const pageSize = 200;

export async function everyPage<T>(path: string, query: Record<string, string>, signal: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  for (let page = 0; ; page++) {
    const answer = await api.get<Page<T>>(path, { query: { ...query, page, page_size: pageSize }, signal });
    all.push(...answer.results);
    if (page + 1 >= answer.total_pages) return all;
  }
}
