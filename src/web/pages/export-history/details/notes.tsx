/** What people have written on an export ("sent to the accountant"), and the field to write more. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { type ExportNote, noteLengthMax } from '#contract/notes.ts';
import { deleteNote, notesQuery, writeNote } from '#web/api/notes.ts';
import { announce } from '#web/frame/announcer.tsx';
import { useCompany, useMay, useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { reloadJobs } from '#web/live/job-cache.ts';
import { Avatar } from '#web/parts/avatar.tsx';
import { TextField } from '#web/parts/form/field.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { Icon } from '#web/parts/icon.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { historyWords as t } from '#web/words/en/history.ts';
import { dayAndTime, fullInstant } from '#web/words/instants.ts';

export function Notes({ job }: { job: ExportJob }) {
  const { user } = useMe();
  const mayManage = useMay('manage_company');
  const client = useQueryClient();
  const field = useRef<HTMLDivElement>(null);
  const { data: notes } = useQuery(notesQuery(job.company_id, job.id));
  const take = async (note: ExportNote): Promise<void> => {
    try {
      await deleteNote(job.id, note.id);
      announce(t('noteDeleted'));
      // its button goes with it
      field.current?.querySelector('input')?.focus();
    } catch (error) {
      showToast(problemToast(error, t('noteNotDeleted')));
    }
    await reloadJobs(client, job.company_id);
  };
  return (
    <section>
      <h3 className="h4">{t('notes')}</h3>
      {notes?.results.length === 0 && <p className="muted">{t('noNotes')}</p>}
      <ul className="log notes">
        {notes?.results.map((note) => (
          <Note
            key={note.id}
            note={note}
            {...((mayManage || note.created_by?.id === user.id) && { onDelete: () => void take(note) })}
          />
        ))}
      </ul>
      <div ref={field} className="new-note">
        <NewNote job={job} />
      </div>
    </section>
  );
}

function Note({ note, onDelete }: { note: ExportNote; onDelete?: () => void }) {
  const { time_zone } = useCompany();
  const today = useToday();
  const who = note.created_by?.name ?? t('operator');
  return (
    <li>
      <span className="by">
        <Avatar name={who} />
        <span className="wraps">
          {note.text}
          <span className="sub">
            {who}
            {' · '}
            <time dateTime={note.created_at} title={fullInstant(note.created_at, time_zone)}>
              {dayAndTime(note.created_at, time_zone, today)}
            </time>
          </span>
        </span>
      </span>
      {onDelete && (
        <button type="button" className="icon-btn" aria-label={t('deleteNote', { text: note.text })} onClick={onDelete}>
          <Icon name="trash" />
        </button>
      )}
    </li>
  );
}

function NewNote({ job }: { job: ExportJob }) {
  const client = useQueryClient();
  const [text, setText] = useState('');
  const key = useRef(crypto.randomUUID());
  const form = useForm({
    names: ['text'],
    check: (): Record<string, string> => (text.trim() === '' ? { text: t('noteEmpty') } : {}),
    send: async () => {
      await writeNote(job.id, text.trim(), key.current);
      key.current = crypto.randomUUID();
      setText('');
      announce(t('noteWritten'));
      await reloadJobs(client, job.company_id);
    },
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <TextField
        id={`note-${job.id}`}
        label={t('newNote')}
        hint={t('noteHint')}
        value={text}
        maxLength={noteLengthMax}
        message={form.messages['text'] ?? form.problem?.message}
        onChange={(next) => {
          setText(next);
          form.forget('text');
          // another text is another note
          key.current = crypto.randomUUID();
        }}
      />
      <button type="submit" className="btn s" aria-disabled={form.isBusy || undefined}>
        {t('addNote')}
      </button>
    </form>
  );
}
