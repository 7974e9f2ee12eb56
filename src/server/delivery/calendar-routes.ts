/** What a company's deliveries follow: the days it is closed, and what it lets go out. */
import type { DeliveryRules } from '#contract/deliveries.ts';
import { companyOf, grantOf, inPath, originOf, principalOf } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import type { App } from '#server/http/app-type.ts';
import { answers } from '#server/http/input.ts';
import { closedDaysOf, setClosedDays } from './company-calendar.ts';
import { readRules, setRules } from './rules.ts';
import { byCompany, closedDaysSchema, rulesSchema } from './schemas.ts';

const tags = ['Schedules'];
const reading = { capability: 'manage_deliveries', company: inPath('id') } as const;
const ruling = { capability: 'manage_company', company: inPath('id') } as const;

export function calendarRoutes(app: App, { db }: { readonly db: Database }): void {
  app.get(
    '/api/v1/companies/:id/closed-days',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'Days that are no working days, besides Saturdays and Sundays',
        params: byCompany,
        response: answers({ 200: closedDaysSchema }, 401, 403),
      },
    },
    async (request) => ({ days: await closedDaysOf(db, grantOf(request, 'manage_deliveries').company.id) }),
  );

  app.put(
    '/api/v1/companies/:id/closed-days',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'All of them, in place of those there were',
        params: byCompany,
        body: closedDaysSchema,
        response: answers({ 200: closedDaysSchema }, 400, 401, 403),
      },
    },
    async (request) => {
      const days = [...new Set(request.body.days)];
      return { days: await setClosedDays(db, grantOf(request, 'manage_deliveries'), originOf(request), days) };
    },
  );

  app.get(
    '/api/v1/companies/:id/delivery-rules',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'What may go out: attachments, and to guests of which domains',
        params: byCompany,
        response: answers({ 200: rulesSchema }, 401, 403),
      },
    },
    (request): Promise<DeliveryRules> => readRules(db, grantOf(request, 'manage_deliveries').company.id),
  );

  app.put(
    '/api/v1/companies/:id/delivery-rules',
    {
      config: { access: ruling },
      schema: {
        tags,
        summary: 'Say what may go out',
        params: byCompany,
        body: rulesSchema,
        response: answers({ 200: rulesSchema }, 400, 401, 403),
      },
    },
    (request): Promise<DeliveryRules> =>
      setRules(db, { principal: principalOf(request), company: companyOf(request) }, originOf(request), request.body),
  );
}
