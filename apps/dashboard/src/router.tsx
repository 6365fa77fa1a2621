import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { ErrorState, LoadingRows } from './parts/states.js';
import { NotFoundPage } from './shell/not-found-page.js';
import { Shell } from './shell/shell.js';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.js'), 'OverviewPage'),
});
const applications = createRoute({
  getParentRoute: () => root,
  path: '/app/applications',
  component: lazyRouteComponent(
    () => import('./pages/applications/applications-page.js'),
    'ApplicationsPage',
  ),
});
const application = createRoute({
  getParentRoute: () => root,
  path: '/app/applications/$id',
  component: lazyRouteComponent(() => import('./pages/application/application-page.js'), 'ApplicationPage'),
});
const links = createRoute({
  getParentRoute: () => root,
  path: '/app/links',
  component: lazyRouteComponent(() => import('./pages/links/links-page.js'), 'LinksPage'),
});
const live = createRoute({
  getParentRoute: () => root,
  path: '/app/live',
  component: lazyRouteComponent(() => import('./pages/live/live-page.js'), 'LivePage'),
});

export const router = createRouter({
  routeTree: root.addChildren([overview, applications, application, links, live]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: () => <LoadingRows rows={6} />,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error as Error} retry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
