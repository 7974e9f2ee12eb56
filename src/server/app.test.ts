/** The whole application: its OpenAPI document, its headers, and what every route declares. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaBehind } from '#server/http/openapi-names.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';

let site: TestInstallation;
beforeAll(async () => {
  site = await startInstallation({ work: false });
});
afterAll(() => site.close());

interface Schema {
  readonly type?: string | string[];
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Record<string, Schema>;
}
interface Operation {
  readonly summary?: string;
  readonly tags?: string[];
  readonly parameters?: { name: string; schema: Schema }[];
  readonly operationId?: string;
  readonly responses: Record<string, { description?: string; content?: Record<string, { schema: Schema }> }>;
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, Schema> };
}
const behind = (document: OpenApi, schema: Schema | undefined): Schema | undefined => schemaBehind(document, schema);

const openApi = async (): Promise<OpenApi> => (await site.ask<OpenApi>('GET', '/api/openapi.json')).body;

describe('the OpenAPI document', () => {
  it('is 3.1 and describes every route of the API with a summary and a tag', async () => {
    const { openapi, paths } = await openApi();
    expect(openapi).toBe('3.1.0');
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
    );
    expect(operations.length).toBeGreaterThan(40);
    expect(
      operations
        .filter(({ summary, tags }) => !summary || !tags?.length)
        .map(({ method, path }) => `${method} ${path}`),
    ).toEqual([]);
  });

  it('gives every operation an id of its own, every answer words, and every schema a name that leads somewhere', async () => {
    const document = await openApi();
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
    );
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(ids.filter((id) => !/^[a-z]+[A-Za-z0-9]*$/.test(id ?? ''))).toEqual([]);
    expect(operations.filter(([, { operationId }], at) => ids.indexOf(operationId) !== at)).toEqual([]);
    expect(ids).toContain('getExportJobsByIdDownload');
    for (const [name, { responses }] of operations) {
      expect([name, Object.keys(responses).some((status) => Number(status) < 400)]).toEqual([name, true]);
      for (const [status, { description, content = {} }] of Object.entries(responses)) {
        expect([name, status, description]).toEqual([name, status, expect.stringMatching(/^[A-Z].*\.$/)]);
        for (const { schema } of Object.values(content)) expect(behind(document, schema)).toBeDefined();
        if (Number(status) >= 400 && Object.keys(content).length > 0)
          expect([name, content]).toEqual([
            name,
            { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          ]);
      }
    }
    for (const name of ['ExportJob', 'ExportJobPage', 'SavedReport', 'Schedule', 'Destination', 'Problem'])
      expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it('has closed enums, a page that is never null, and a problem for each error', async () => {
    const document = await openApi();
    const { paths } = document;
    const list = paths['/api/v1/export-jobs']?.['get'];
    const page = list?.parameters?.find(({ name }) => name === 'page')?.schema;
    expect(JSON.stringify(page)).not.toContain('null');
    const ok = behind(document, list?.responses['200']?.content?.['application/json']?.schema);
    expect(Object.keys(ok?.properties ?? {})).toEqual(['results', 'page', 'page_size', 'total', 'total_pages']);
    expect(ok?.properties?.['page']?.type).toBe('integer');
    for (const status of ['400', '401', '403']) {
      expect(
        Object.keys(
          behind(document, list?.responses[status]?.content?.['application/problem+json']?.schema)?.properties ?? {},
        ),
      ).toContain('code');
    }
    const created = behind(
      document,
      paths['/api/v1/export-jobs']?.['post']?.responses['201']?.content?.['application/json']?.schema,
    );
    expect(created?.properties?.['status']?.enum).toEqual(['pending', 'processing', 'completed', 'failed', 'canceled']);
  });

  it('has a page for people, without script and without anything from elsewhere', async () => {
    const answer = await fetch(`${site.installation.address}/api/docs`);
    const html = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(html).toContain('/api/v1/export-jobs/{id}/download');
    expect(html).not.toMatch(/<script|https?:\/\//);
  });
});

describe('headers', () => {
  it('a content security policy without inline code, no framing, no sniffing, no cache on JSON', async () => {
    const { headers } = await fetch(`${site.installation.address}/api/v1/sign-in-options`);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe-inline');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-request-id')).toBeTruthy();
  });

  it('an unsafe request with a cookie needs this site as its Origin', async () => {
    const { address } = site.installation;
    const signIn = await fetch(`${address}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'finance@test.example', password: 'finance-finance' }),
    });
    expect(signIn.status).toBe(200);
    const setCookie = signIn.headers.get('set-cookie') ?? '';
    expect(setCookie).toMatch(/HttpOnly/);
    expect(setCookie).toMatch(/SameSite=Lax/);
    const cookie = setCookie.split(';')[0] ?? '';
    const post = (origin?: string) =>
      fetch(`${address}/api/v1/export-jobs`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...(origin && { origin }) },
        body: JSON.stringify({
          company_id: site.companyId,
          date_from: '2026-01-01',
          date_to: '2026-01-02',
          file_format: 'csv',
        }),
      });
    expect((await post('https://evil.example')).status).toBe(403);
    expect((await post()).status).toBe(403);
    expect((await post(address ?? '')).status).toBe(201);
  });
});

describe('health', () => {
  it('healthz, readyz and metrics answer without a credential and name no company', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      const answer = await fetch(`${site.installation.address}${path}`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).not.toContain('Grill');
    }
    const metrics = await (await fetch(`${site.installation.address}/metrics`)).text();
    expect(metrics).toMatch(/mathership_exports_waiting\{lane="quick"\} \d+/);
  });

  it('an unknown address is a problem document, 404', async () => {
    expect(await site.ask('GET', '/api/v1/nothing')).toMatchObject({ status: 404, body: { code: 'no_such_route' } });
  });
});
