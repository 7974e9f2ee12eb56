/** Notes on exports over HTTP: read, written and taken back by whoever may see the export. */
import { z } from 'zod';
import { type ExportNote, noteLengthMax } from '#contract/notes.ts';
import { grantOf, originOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import type { Database } from '#server/database/database.ts';
import type { App, RouteAccess } from '#server/http/app-type.ts';
import { answers, pageQuery, pageSchema, typedText } from '#server/http/input.ts';
import { createNote, deleteNote, listNotes, readNote } from './notes.ts';
import { jobParams, noteSchema } from './schemas.ts';
import { jobOf } from './verbs.ts';

const tags = ['Export jobs'];

/** `url`: of the export's notes. */
export function noteRoutes(app: App, db: Database, url: string, access: RouteAccess): void {
  app.get(
    url,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Notes on an export, newest first',
        params: jobParams,
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(noteSchema) }, 400, 401, 403),
      },
    },
    (request) => listNotes(db, jobOf(request, grantOf(request, 'view_financials')), request.query),
  );

  app.post(
    url,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Write a note on an export, for everybody who may see it',
        headers: keyHeader,
        params: jobParams,
        body: z.strictObject({ text: typedText(noteLengthMax) }),
        response: answers({ 200: noteSchema, 201: noteSchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const view = grantOf(request, 'view_financials');
      const job = jobOf(request, view);
      const { value, isNew } = await onlyOnce<ExportNote>(db, askedBy(request), {
        async make(tx) {
          const note = await createNote(tx, view, originOf(request), job, request.body.text);
          return { id: note.id, value: note };
        },
        read: (of, id) => readNote(of, job, id),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.delete(
    `${url}/:note_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Take a note back: its author, and those who manage the company',
        params: z.object({ id: z.string(), note_id: z.string() }),
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      const view = grantOf(request, 'view_financials');
      await deleteNote(db, view, originOf(request), jobOf(request, view), request.params.note_id);
      return reply.status(204).send();
    },
  );
}
