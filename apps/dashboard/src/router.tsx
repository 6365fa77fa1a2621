import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { SETTINGS_PARTS, type SettingsPart } from './pages/settings/settings-parts.js';
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
const firstRun = createRoute({
  getParentRoute: () => root,
  path: '/app/start',
  component: lazyRouteComponent(() => import('./pages/first-run/first-run-page.js'), 'FirstRunPage'),
});
const documents = createRoute({
  getParentRoute: () => root,
  path: '/app/documents',
  /** The application that the document is for. */
  validateSearch: ({ application }): { application?: string } =>
    typeof application === 'string' ? { application } : {},
  component: lazyRouteComponent(() => import('./pages/documents/documents-page.js'), 'DocumentsPage'),
});
const templates = createRoute({
  getParentRoute: () => root,
  path: '/app/templates',
  component: lazyRouteComponent(() => import('./pages/templates/templates-page.js'), 'TemplatesPage'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/app/settings',
  validateSearch: ({ part }): { part?: SettingsPart } => ({
    part: SETTINGS_PARTS.find((known) => known === part),
  }),
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.js'), 'SettingsPage'),
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
  routeTree: root.addChildren([
    overview,
    firstRun,
    applications,
    application,
    links,
    live,
    documents,
    templates,
    settings,
  ]),
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
