import swagger from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { expect, test } from 'vitest';
import { startOrganizationApp, unreachableProvider } from '#test/organization.ts';

interface Operation {
  tags?: string[];
  summary?: string;
  responses: Record<string, unknown>;
}

test('every route is in the OpenAPI document with a tag, a sentence and its answers', async () => {
  const site = await startOrganizationApp({
    singleSignOn: unreachableProvider,
    before: async (app) => {
      await app.register(swagger, { openapi: { openapi: '3.1.0' }, transform: jsonSchemaTransform });
    },
  });
  const { paths = {} } = site.app.swagger() as { paths?: Record<string, Record<string, Operation>> };
  const undocumented: string[] = [];
  const own = site.routes.filter(({ url }) =>
    /organizations|companies|invitations|audit|first-run|sessions|password|single-sign-on/.test(url),
  );
  for (const { method, url } of own) {
    const operation = paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    const success = Object.keys(operation?.responses ?? {}).some((status) => /^[23]/.test(status));
    if (!operation?.tags?.length || !operation.summary || !success) undocumented.push(`${method} ${url}`);
  }
  expect(own.length).toBeGreaterThan(35);
  expect(undocumented).toEqual([]);
  await site.close();
});
