/** Every route with what it declares, for whoever walks them all: what one may do is known without asking. */
import type { RouteAccess } from './app-type.ts';

export interface DeclaredRoute {
  readonly method: string;
  /** As registered: `/api/v1/companies/:id/access`. */
  readonly url: string;
  readonly access: RouteAccess;
}

const declared = new WeakMap<object, DeclaredRoute[]>();

/** Of an application made by createServer. */
export const declaredRoutes = (app: object): readonly DeclaredRoute[] => declared.get(app) ?? [];

export function declareRoute(app: object, methods: string | readonly string[], url: string, access: RouteAccess): void {
  const routes = declared.get(app) ?? [];
  declared.set(app, routes);
  for (const method of [methods].flat()) routes.push({ method, url, access });
}
