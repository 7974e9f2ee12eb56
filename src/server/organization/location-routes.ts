/** Delivery locations over HTTP, and the short lists that pickers need beside them. */
import { z } from 'zod';
import type { Page } from '#contract/export-jobs.ts';
import type {
  DeliveryLocation,
  DeliveryLocationDetails,
  ItemEntry,
  StorageUnitEntry,
  VendorEntry,
} from '#contract/delivery-locations.ts';
import { companyOf, grantOf, inPath, originOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import type { Database } from '#server/database/database.ts';
import { answers, pageQuery, pageSchema } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import {
  byId,
  itemSchema,
  locationDetailsSchema,
  locationSchema,
  storageUnitSchema,
  vendorSchema,
} from './answer-schemas.ts';
import {
  changeDeliveryLocation,
  codeLengthMax,
  createDeliveryLocation,
  deleteDeliveryLocation,
} from './change-delivery-location.ts';
import { listDeliveryLocations, locationOrderings, readDeliveryLocation } from './delivery-locations.ts';
import { archivedFilter, line, name, optionalLine, optionalText, search } from './fields.ts';
import { listItemCategories, listItems, listStorageUnits, listVendors } from './master-data.ts';

const tags = ['Delivery locations'];
const reads = { member: true, company: inPath('id') } as const;
const manages = { capability: 'manage_locations', company: inPath('id') } as const;
const byLocation = byId.extend({ location_id: z.string() });

const fields = {
  street: optionalLine(200),
  street_number: optionalLine(50),
  postal_code: optionalLine(50),
  city: optionalLine(200),
  region: optionalLine(200),
  country: optionalLine(200),
  customer_number: optionalLine(100),
  instructions: optionalText(500),
  storage_unit_id: z.string().nullish(),
};
const code = line(codeLengthMax);
const pickerQuery = z.strictObject({ ...pageQuery, search, archived: archivedFilter });

export function locationRoutes(app: App, { db }: { readonly db: Database }): void {
  app.get(
    '/api/v1/companies/:id/delivery-locations',
    {
      config: { access: reads },
      schema: {
        tags,
        summary: 'Delivery locations of a company',
        params: byId,
        querystring: z.strictObject({
          ...pageQuery,
          search,
          archived: archivedFilter,
          ordering: z
            .enum(locationOrderings, { error: () => `must be one of ${locationOrderings.join(', ')}` })
            .default('name'),
        }),
        response: answers({ 200: pageSchema(locationSchema) }, 400, 401, 403),
      },
    },
    async (request): Promise<Page<DeliveryLocation>> => listDeliveryLocations(db, companyOf(request), request.query),
  );

  app.get(
    '/api/v1/companies/:id/delivery-locations/:location_id',
    {
      config: { access: reads },
      schema: {
        tags,
        summary: 'One delivery location, with the orders still on their way to it',
        params: byLocation,
        response: answers({ 200: locationDetailsSchema }, 401, 403),
      },
    },
    async (request): Promise<DeliveryLocationDetails> =>
      readDeliveryLocation(db, companyOf(request), request.params.location_id),
  );

  app.post(
    '/api/v1/companies/:id/delivery-locations',
    {
      config: { access: manages },
      schema: {
        tags,
        summary: 'Add a delivery location; without a code, one is made from the name',
        params: byId,
        headers: keyHeader,
        body: z.strictObject({ name, code: code.optional(), ...fields }),
        response: answers({ 200: locationDetailsSchema, 201: locationDetailsSchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const grant = grantOf(request, 'manage_locations');
      const { value, isNew } = await onlyOnce<DeliveryLocationDetails>(db, askedBy(request), {
        async make(tx) {
          const location = await createDeliveryLocation(tx, grant, originOf(request), request.body);
          return { id: location.id, value: location };
        },
        read: (of, id) => readDeliveryLocation(of, grant.company, id),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.patch(
    '/api/v1/companies/:id/delivery-locations/:location_id',
    {
      config: { access: manages },
      schema: {
        tags,
        summary: 'Change, archive or bring back a delivery location',
        params: byLocation,
        body: z.strictObject({
          name: name.optional(),
          code: code.optional(),
          ...fields,
          archived: z.boolean().optional(),
        }),
        response: answers({ 200: locationDetailsSchema }, 400, 401, 403, 409),
      },
    },
    async (request): Promise<DeliveryLocation> => {
      const grant = grantOf(request, 'manage_locations');
      return changeDeliveryLocation(db, grant, originOf(request), request.params.location_id, request.body);
    },
  );

  app.delete(
    '/api/v1/companies/:id/delivery-locations/:location_id',
    {
      config: { access: manages },
      schema: {
        tags,
        summary: 'Delete a delivery location that was never used; a used one is archived instead',
        params: byLocation,
        response: answers({ 204: z.null() }, 401, 403, 409),
      },
    },
    async (request, reply) => {
      const grant = grantOf(request, 'manage_locations');
      await deleteDeliveryLocation(db, grant, originOf(request), request.params.location_id);
      return reply.status(204).send();
    },
  );

  app.get(
    '/api/v1/companies/:id/storage-units',
    {
      config: { access: reads },
      schema: {
        tags,
        summary: 'Storage units of a company',
        params: byId,
        querystring: pickerQuery,
        response: answers({ 200: pageSchema(storageUnitSchema) }, 400, 401, 403),
      },
    },
    async (request): Promise<Page<StorageUnitEntry>> => listStorageUnits(db, companyOf(request), request.query),
  );

  app.get(
    '/api/v1/companies/:id/vendors',
    {
      config: { access: reads },
      schema: {
        tags,
        summary: 'Vendors of a company',
        params: byId,
        querystring: pickerQuery,
        response: answers({ 200: pageSchema(vendorSchema) }, 400, 401, 403),
      },
    },
    async (request): Promise<Page<VendorEntry>> => listVendors(db, companyOf(request), request.query),
  );

  app.get(
    '/api/v1/companies/:id/items',
    {
      config: { access: reads },
      schema: {
        tags,
        summary: 'Ingredients of a company',
        params: byId,
        querystring: pickerQuery,
        response: answers({ 200: pageSchema(itemSchema) }, 400, 401, 403),
      },
    },
    async (request): Promise<Page<ItemEntry>> => listItems(db, companyOf(request), request.query),
  );

  app.get(
    '/api/v1/companies/:id/item-categories',
    {
      config: { access: reads },
      schema: {
        tags,
        summary: 'Categories of the ingredients of a company',
        params: byId,
        querystring: z.strictObject({ ...pageQuery, search }),
        response: answers({ 200: pageSchema(z.object({ name: z.string() })) }, 400, 401, 403),
      },
    },
    async (request): Promise<Page<{ name: string }>> => listItemCategories(db, companyOf(request), request.query),
  );
}
