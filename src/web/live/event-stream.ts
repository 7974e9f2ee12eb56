/**
 * One connection to a stream of server-sent events, read with fetch rather than EventSource: so a refusal is seen by its
 * code, a silent connection is noticed, and another tab can go on from the last event id.
 */
import { problemOf } from '#web/api/client.ts';
import { unreachable, type ApiProblem } from '#web/api/problem.ts';

/** The server sends a comment at least every 15 s; more than two missed mean that nobody is there. */
const silenceMaxMs = 35_000;

export interface StreamEvent {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

interface StreamOptions {
  readonly url: string;
  readonly lastEventId: string | null;
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
  readonly onEvent: (event: StreamEvent) => void;
}

/**
 * Reads until the stream ends.
 * @returns why it ended: the refusal, or `unreachable` for everything else
 */
export async function readEventStream(options: StreamOptions): Promise<ApiProblem> {
  const watchdog = new AbortController();
  let silence: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => watchdog.abort(), silenceMaxMs);
  };
  try {
    heard();
    const response = await fetch(options.url, {
      headers: {
        accept: 'text/event-stream',
        ...(options.lastEventId && { 'last-event-id': options.lastEventId }),
      },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.any([options.signal, watchdog.signal]),
    });
    if (!response.ok) return await problemOf(response);
    if (!response.body) return unreachable();
    options.onOpen();
    const parse = eventParser(options.onEvent);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return unreachable();
      heard();
      parse(value);
    }
  } catch {
    return unreachable();
  } finally {
    clearTimeout(silence);
    watchdog.abort();
  }
}

/** Takes the text in pieces of any size; events end with an empty line, as the HTML standard has it. */
function eventParser(onEvent: (event: StreamEvent) => void): (chunk: string) => void {
  let rest = '';
  let id: string | null = null;
  let event = 'message';
  let data: string[] = [];
  const takeLine = (line: string): void => {
    if (line === '') {
      if (data.length > 0) onEvent({ id, event, data: data.join('\n') });
      event = 'message';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') id = value;
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
  };
  return (chunk) => {
    rest += chunk;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line);
  };
}
