/**
 * The whole report as a file, at once. What can be of any length the browser takes straight to disk. A format that holds
 * so many rows is short, and the refusal of a longer one is worth more than a failed download: it is fetched here.
 */
import { formats } from '#contract/formats.ts';
import type { ExportOptions, FileFormat, ReportType } from '#contract/reports.ts';
import { problemOf } from '#web/api/client.ts';
import { unreachable } from '#web/api/problem.ts';
import { meQuery } from '#web/api/me.ts';
import { reportFileUrl, type ReportQuestion } from '#web/api/reports.ts';
import type { QueryClient } from '@tanstack/react-query';

export interface DirectFile {
  readonly file_format: FileFormat;
  readonly options: ExportOptions;
}

/** @throws ApiProblem when it is refused or the server is away; row_limit_exceeded for one that would be too long. */
export async function downloadReport(
  queryClient: QueryClient,
  type: ReportType,
  question: ReportQuestion,
  { file_format, options }: DirectFile,
): Promise<void> {
  const url = reportFileUrl(type, question, { file_format, ...options });
  if (formats[file_format].rowsMax === null) {
    // a session that has ended, or a server that is away, is found out before the browser leaves with the address
    await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
    save(url, '');
    return;
  }
  const response = await fetch(url, { credentials: 'same-origin' }).catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw await problemOf(response);
  const file = URL.createObjectURL(await response.blob());
  save(file, fileNameOf(response.headers.get('content-disposition')));
  // the download has its own hold on the file by the next turn
  setTimeout(() => URL.revokeObjectURL(file), 60_000);
}

function save(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/** RFC 6266: the encoded name goes before the plain one. */
function fileNameOf(disposition: string | null): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return /filename="([^"]+)"/i.exec(disposition ?? '')?.[1] ?? 'report';
}
