/** `/api/docs`: the OpenAPI document as a page for people, made on the server: no script, nothing from elsewhere. */
import type { App } from './app-type.ts';
import { schemaBehind, withNames } from './openapi-names.ts';

interface Schema {
  readonly type?: string | string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
}

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: Schema;
  }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { schema?: Schema }>> };
  readonly responses?: Readonly<Record<string, { content?: Readonly<Record<string, { schema?: Schema }>> }>>;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function typeOf(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.enum) return schema.enum.map(String).join(' | ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' | ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  return [schema.type ?? 'any'].flat().join(' | ');
}

function fields(schema: Schema | undefined): string {
  const properties = Object.entries(schema?.properties ?? {});
  if (properties.length === 0) return '';
  const rows = properties.map(
    ([name, each]) =>
      `<tr><td><code>${escaped(name)}</code></td><td>${escaped(typeOf(each))}</td><td>${schema?.required?.includes(name) ? 'always' : ''}</td><td>${escaped(each.description ?? '')}</td></tr>`,
  );
  return `<table><tbody>${rows.join('')}</tbody></table>`;
}

function operationHtml(document: object, method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).map(
    (each) =>
      `<tr><td><code>${escaped(each.name)}</code></td><td>${escaped(each.in)}</td><td>${escaped(typeOf(each.schema))}${each.schema?.default === undefined ? '' : ` (${escaped(JSON.stringify(each.schema.default))})`}</td><td>${each.required ? 'required. ' : ''}${escaped(each.description ?? each.schema?.description ?? '')}</td></tr>`,
  );
  const body = schemaBehind(document, Object.values(operation.requestBody?.content ?? {})[0]?.schema);
  const answered = Object.entries(operation.responses ?? {}).map(([status, answer]) => {
    const schema = schemaBehind(document, Object.values(answer.content ?? {})[0]?.schema);
    return Number(status) < 400
      ? `<details><summary>${status}</summary>${fields(schema) || '<p>No content.</p>'}</details>`
      : `<span class="status">${status}</span>`;
  });
  return `<article><h3><b class="${method}">${method.toUpperCase()}</b> <code>${escaped(path)}</code></h3>
<p>${escaped(operation.summary ?? '')} ${escaped(operation.description ?? '')}</p>
${parameters.length > 0 ? `<table><tbody>${parameters.join('')}</tbody></table>` : ''}
${body ? `<h4>Body</h4>${fields(body)}` : ''}<h4>Answers</h4>${answered.join(' ')}</article>`;
}

function pageOf(document: { info: { title: string; description?: string }; paths?: object }): string {
  const sections = new Map<string, string[]>();
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(operations as Record<string, Operation>)) {
      const tag = operation.tags?.[0] ?? 'Other';
      sections.set(tag, [...(sections.get(tag) ?? []), operationHtml(document, method, path, operation)]);
    }
  }
  const tags = [...sections.keys()].sort();
  const anchor = (tag: string): string => tag.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>API · ${escaped(document.info.title)}</title><link rel="stylesheet" href="/api/docs.css"></head><body><main>
<h1>${escaped(document.info.title)}: the API</h1><p>${escaped(document.info.description ?? '')}
The same as OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a>. Programs send <code>Authorization: Bearer &lt;API key&gt;</code>.
Every error is a problem document (RFC 9457) with a <code>code</code>; wrong input names each field.</p>
<nav>${tags.map((tag) => `<a href="#${anchor(tag)}">${escaped(tag)}</a>`).join(' ')}</nav>
${tags.map((tag) => `<section id="${anchor(tag)}"><h2>${escaped(tag)}</h2>${(sections.get(tag) ?? []).join('\n')}</section>`).join('\n')}
</main></body></html>`;
}

const css = `:root{color-scheme:light dark}body{margin:0;font:14px/1.5 ui-sans-serif,system-ui,sans-serif}main{max-width:960px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:24px}h2{margin-top:40px;font-size:18px;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}h3{font-size:14px;margin:24px 0 4px}h4{font-size:12px;margin:12px 0 4px}
code{font-family:ui-monospace,monospace;font-size:13px}table{width:100%;border-collapse:collapse;font-size:13px}td{padding:3px 8px 3px 0;vertical-align:top;border-top:1px solid color-mix(in srgb,currentColor 12%,transparent)}
nav a{margin-right:12px}.status{margin-right:8px}details{margin:2px 0}article p{margin:0 0 6px}`;

export function apiDocs(app: App): void {
  const hidden = { hide: true } as object;
  app.get('/api/openapi.json', { config: { access: 'public' }, schema: hidden }, () => withNames(app.swagger()));
  app.get('/api/docs', { config: { access: 'public' }, schema: hidden }, (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .serializer((text: string) => text)
      .send(pageOf(withNames(app.swagger()) as never)),
  );
  app.get('/api/docs.css', { config: { access: 'public' }, schema: hidden }, (_request, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .serializer((text: string) => text)
      .send(css),
  );
}
