/** Entry of the browser application. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider, type AnyRoute } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { meQuery } from './api/me.ts';
import { createQueryClient } from './api/query-client.ts';
import { createAppRouter } from './router.tsx';
import './styles/index.css';

const queryClient = createQueryClient(() => {
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in') return;
  // whoever was never signed in needs no explanation
  const hasEnded = queryClient.getQueryData(meQuery.queryKey) !== undefined;
  queryClient.clear();
  const search = { return: href, ...(hasEnded && { session: 'ended' as const }) };
  void router.navigate({ to: '/sign-in', search, replace: true });
});
const router = createAppRouter(queryClient);

// the code of the page comes while the first answer is awaited, not after it
const routes: Readonly<Record<string, AnyRoute>> = router.routesById;
for (const { routeId } of router.matchRoutes(router.latestLocation) as { routeId: string }[]) {
  const route = routes[routeId];
  if (route) void router.loadRouteChunk(route);
}
// and that of the other pages when there is time: who loses the connection can still turn to them
addEventListener('load', () => {
  const whenIdle = 'requestIdleCallback' in globalThis ? requestIdleCallback : setTimeout;
  whenIdle(() => {
    for (const route of Object.values(routes)) void router.loadRouteChunk(route);
  });
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
