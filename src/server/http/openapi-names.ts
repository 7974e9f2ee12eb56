/**
 * What programs that are made of the OpenAPI document need and no route says by itself: an operation id, names for what is
 * asked and answered, and words for each answer. Names follow from addresses, so that they stay what they are.
 */
type Schema = Record<string, unknown>;
interface Content {
  schema?: Schema;
}
interface Answer {
  description?: string;
  content?: Record<string, Content>;
}
interface Operation {
  operationId?: string;
  requestBody?: { content?: Record<string, Content> };
  responses?: Record<string, Answer>;
}
interface Document {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

const words: Readonly<Record<string, string>> = {
  200: 'What was asked for.',
  201: 'It has been made.',
  202: 'It has been taken up.',
  204: 'It has been done; there is nothing to say.',
  302: 'Where it is.',
  400: 'Something of the input is wrong; each field is named.',
  401: 'Nobody is signed in.',
  403: 'Not allowed, or not there for you.',
  404: 'There is nothing of the kind.',
  409: 'It contradicts what is there, or is still under way.',
  410: 'It is gone.',
  413: 'It is too large.',
  415: 'It has the wrong content type.',
  422: 'It cannot be taken as it is.',
  429: 'Too much at once; Retry-After says when to come again.',
  503: 'A part of the installation is away.',
  507: 'There is no room for it.',
};

const pascal = (text: string): string =>
  text
    .split(/[^a-zA-Z0-9]+/)
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** `GET /api/v1/export-jobs/{id}/download` is `getExportJobsByIdDownload`. */
function operationIdOf(method: string, path: string): string {
  const parts = path.replace(/^\/api\/v1/, '').split('/');
  return (
    method.toLowerCase() + parts.map((part) => (part.startsWith('{') ? `By${pascal(part)}` : pascal(part))).join('')
  );
}

/** What a collection holds one of: `/companies/{id}/saved-reports` holds each `SavedReport`. */
function thingOf(path: string): string {
  const last = path.split('/').findLast((part) => part !== '' && !part.startsWith('{')) ?? '';
  return pascal(last.replace(/ies$/, 'y').replace(/([^s])s$/, '$1'));
}

class Names {
  readonly schemas: Record<string, Schema> = {};
  readonly #nameOf = new Map<string, string>();

  /** The same shape has one name, that of where it is met first; a name that is taken by another gives way to the next. */
  refer(schema: Schema, ...names: string[]): Schema {
    if ('$ref' in schema) return schema;
    const shape = JSON.stringify(schema);
    let name = this.#nameOf.get(shape);
    if (name === undefined) {
      name = names.find((each) => !(each in this.schemas)) ?? `${names.at(-1)}${Object.keys(this.schemas).length}`;
      this.#nameOf.set(shape, name);
      this.schemas[name] = schema;
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** A page is named as what it lists, and so is that. */
  referAnswer(schema: Schema, path: string, id: string): Schema {
    const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
    const items = properties['results']?.['items'] as Schema | undefined;
    if (!items?.['properties']) return this.refer(schema, thingOf(path), `${pascal(id)}Answer`);
    const member = this.refer(items, thingOf(path), `${pascal(id)}Result`);
    const page = { ...schema, properties: { ...properties, results: { ...properties['results'], items: member } } };
    return this.refer(page, `${thingOf(path)}Page`, `${pascal(id)}Page`);
  }
}

function describeAnswers(operation: Operation, method: string, path: string, names: Names): void {
  const responses = (operation.responses ??= {});
  if (!Object.keys(responses).some((status) => Number(status) < 400))
    responses[method === 'delete' ? '204' : '200'] = {};
  for (const [status, answer] of Object.entries(responses)) {
    if (!answer.description || answer.description === 'Default Response')
      answer.description = words[status] ?? 'An answer.';
    const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
    if (type === undefined || !content?.schema) continue;
    if (Number(status) < 400) content.schema = names.referAnswer(content.schema, path, operation.operationId ?? '');
    else answer.content = { 'application/problem+json': { schema: names.refer(content.schema, 'Problem') } };
  }
}

/** The document with all of it; what routes say themselves stays. */
export function withNames<D extends object>(given: D): D {
  const document = structuredClone(given) as D & Document;
  const names = new Names();
  for (const [path, operations] of Object.entries(document.paths ?? {}))
    for (const [method, shared] of Object.entries(operations)) {
      // GET and HEAD of one route are one object
      const operation = (operations[method] = structuredClone(shared));
      operation.operationId ??= operationIdOf(method, path);
      describeAnswers(operation, method, path, names);
      for (const content of Object.values(operation.requestBody?.content ?? {}))
        if (content.schema) content.schema = names.refer(content.schema, `${pascal(operation.operationId)}Body`);
    }
  document.components = { ...document.components, schemas: { ...names.schemas, ...document.components?.schemas } };
  return document;
}

/** A schema as it stands in the document, behind its name where it has one. */
export function schemaBehind<S extends object>(document: object, schema: S | undefined): S | undefined {
  const reference = schema && (schema as { $ref?: string }).$ref;
  if (!reference) return schema;
  return (document as Document).components?.schemas?.[reference.split('/').at(-1) ?? ''] as S | undefined;
}
