/** For servers whose log no test reads. */
import { openLog } from '#server/log.ts';

export const silentLog = openLog({ level: 'silent' });
