import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { Click } from '../api/clicks.js';

/** Clicks kept on the page; older ones fall off. */
const MOST_CLICKS = 500;
/** Figures are asked for again so long after a click, however many follow, ms. */
const REFRESH_MS = 1_000;
/** After an answer that was no stream: nobody is logged in, or the server is starting, ms. */
const RETRY_MS = 3_000;

export interface ClickStream {
  state: 'connecting' | 'open' | 'lost';
  /** What arrived since the dashboard was opened, newest first. */
  clicks: readonly Click[];
}

const Context = createContext<ClickStream>({ state: 'connecting', clicks: [] });

export const useClickStream = () => useContext(Context);

/** One connection for the whole dashboard: pages show its clicks, and figures are asked for again when one came. */
export function ClickStreamProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [stream, setStream] = useState<ClickStream>({ state: 'connecting', clicks: [] });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined;
    let refresh: ReturnType<typeof setTimeout> | undefined;
    const source = new EventSource('/api/clicks/stream');
    source.addEventListener('open', () => setStream((now) => ({ ...now, state: 'open' })));
    source.addEventListener('error', () => {
      setStream((now) => ({ ...now, state: 'lost' }));
      // It reconnects by itself where the network failed, not where the server refused.
      if (source.readyState === EventSource.CLOSED)
        retry = setTimeout(() => setAttempt(attempt + 1), RETRY_MS);
    });
    source.addEventListener('click', ({ data }) => {
      const click = JSON.parse(data) as Click;
      setStream(({ clicks }) => ({ state: 'open', clicks: [click, ...clicks].slice(0, MOST_CLICKS) }));
      refresh ??= setTimeout(() => {
        refresh = undefined;
        for (const key of ['clicks', 'report', 'applications', 'analytics']) {
          void queryClient.invalidateQueries({ queryKey: [key] });
        }
      }, REFRESH_MS);
    });
    return () => {
      clearTimeout(refresh);
      clearTimeout(retry);
      source.close();
    };
  }, [queryClient, attempt]);

  return <Context value={stream}>{children}</Context>;
}
