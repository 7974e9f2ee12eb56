/** Whether the page is current, in a dot and words; and the banner while it is not. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useCompany } from '#web/frame/company-context.tsx';
import { useLive, useStreamState } from '#web/live/live-provider.tsx';
import type { StreamState } from '#web/live/shared-stream.ts';
import { Icon } from '#web/parts/icon.tsx';
import { count } from '#web/words/figures.ts';
import { localTime } from '#web/words/instants.ts';

/** A blink of the connection is not worth a word. */
const quietForMs = 1500;

function subscribeOnline(listener: () => void): () => void {
  globalThis.addEventListener('online', listener);
  globalThis.addEventListener('offline', listener);
  return () => {
    globalThis.removeEventListener('online', listener);
    globalThis.removeEventListener('offline', listener);
  };
}

const useIsOnline = (): boolean => useSyncExternalStore(subscribeOnline, () => navigator.onLine);

/** `down` only after it has lasted a moment. */
function useSettledState(): StreamState {
  const state = useStreamState();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (state !== 'down') return undefined;
    const timer = setTimeout(() => setLong(true), quietForMs);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [state]);
  return state === 'down' && !isLong ? 'open' : state;
}

/** `isLoaded`: the list is on the page; before that nothing is said to be up to date. */
export function LiveIndicator({ isLoaded }: { isLoaded: boolean }) {
  const state = useSettledState();
  const isOnline = useIsOnline();
  const { unfinished, company: live } = useLive();
  const { time_zone } = useCompany();
  if (!isOnline) {
    return (
      <span className="live">
        <span className="dot off" />
        Offline · last change {localTime(live.lastHeardAt, time_zone)}
      </span>
    );
  }
  if (state === 'down') {
    return (
      <span className="live" title="The connection is being made again">
        <span className="dot warn" />
        {unfinished === 0
          ? `Reconnecting · last change ${localTime(live.lastHeardAt, time_zone)}`
          : 'Reconnecting · checking every 5 s'}
      </span>
    );
  }
  const isConnecting = state === 'connecting' || !isLoaded || unfinished === null;
  const isIdle = isConnecting || unfinished === 0;
  return (
    <span className="live" title="Changes appear by themselves">
      <span className={isIdle ? 'dot idle' : 'dot'} />
      {isConnecting ? 'Connecting' : liveText(unfinished)}
    </span>
  );
}

const liveText = (unfinished: number): string =>
  unfinished ? `Live · ${count(unfinished)} unfinished` : 'Up to date · nothing is running';

export function NotLiveBanner({ onCheck }: { onCheck: () => void }) {
  const state = useSettledState();
  const isOnline = useIsOnline();
  const { unfinished, company: live } = useLive();
  const { time_zone } = useCompany();
  const since = localTime(live.lastHeardAt, time_zone);
  if (isOnline && state !== 'down') return null;
  return (
    <div className="banner warn" role={isOnline ? 'status' : 'alert'}>
      <Icon name="offline" />
      <div>
        <b>{isOnline ? 'Not live.' : 'You are offline.'}</b> Last change seen at {since}.{' '}
        {isOnline ? checkText(unfinished) : 'Running exports go on; the page catches up when the network is back.'}
      </div>
      <button type="button" className="btn s" onClick={onCheck}>
        Check now
      </button>
    </div>
  );
}

const checkText = (unfinished: number | null): string =>
  unfinished === 0
    ? 'What has begun since is not known; the connection is being made again.'
    : 'Checking every 5 seconds until the connection is back.';
