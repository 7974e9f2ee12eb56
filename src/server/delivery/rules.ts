/** What a company lets go out: whether files are attached, and where guests may have their address. */
import type { DeliveryRules } from '#contract/deliveries.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { CompanyAccess, Principal } from '#server/access/decide.ts';
import type { Database, Queryable } from '#server/database/database.ts';

const unlessSaid: DeliveryRules = { attachments: true, guest_domains: null, ignore_after_days: null };

export async function readRules(db: Queryable, companyId: string): Promise<DeliveryRules> {
  const row = await db
    .selectFrom('delivery_rules')
    .select(['attachments', 'guest_domains', 'ignore_after_days'])
    .where('company_id', '=', companyId)
    .executeTakeFirst();
  return row ?? unlessSaid;
}

export async function setRules(
  db: Database,
  { principal, company }: { readonly principal: Principal; readonly company: CompanyAccess },
  origin: Origin,
  rules: DeliveryRules,
): Promise<DeliveryRules> {
  const { attachments, ignore_after_days } = rules;
  const guest_domains = rules.guest_domains && [...new Set(rules.guest_domains)];
  return db.transaction().execute(async (tx) => {
    await tx
      .insertInto('delivery_rules')
      .values({ company_id: company.id, attachments, guest_domains, ignore_after_days })
      .onConflict((conflict) =>
        conflict.column('company_id').doUpdateSet({ attachments, guest_domains, ignore_after_days }),
      )
      .execute();
    await audit(tx, principal, origin, {
      action: 'delivery_rules.changed',
      companyId: company.id,
      organizationId: company.organizationId,
      details: { attachments, guest_domains, ignore_after_days },
    });
    return readRules(tx, company.id);
  });
}
