/** The log: one JSON line per event. What it must never hold is taken out here, whoever writes. */
import { type DestinationStream, type Logger, pino } from 'pino';

export interface LogOptions {
  readonly level: string;
  /** Where lines go; standard output unless given. */
  readonly stream?: DestinationStream | undefined;
}

interface RequestFacts {
  readonly method: string;
  readonly url: string;
  readonly ip: string;
}

export function openLog({ level, stream }: LogOptions): Logger {
  const settings = {
    level,
    // also where a library logs what it was given, at the level of trace
    redact: ['req.headers', '*.headers.authorization', '*.headers.cookie', 'busboyOptions.headers'],
    serializers: {
      // the query can carry signatures and personal filters: the log has the path alone
      req: ({ method, url, ip }: RequestFacts) => ({ method, path: url.split('?')[0], address: ip }),
    },
  };
  return stream ? pino(settings, stream) : pino(settings);
}
