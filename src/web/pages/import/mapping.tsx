/**
 * How a file of another system is read: what it is and how it is written, its columns with raw beside read values, and
 * what nobody can tell but a person. It is kept as a profile, so that the next file of its form is known.
 */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Ambiguity, ProfileSettings } from '#contract/import-profiles.ts';
import { importKindNames, type ImportKindName } from '#contract/imports.ts';
import { type SaidOfFile, templatesQuery } from '#web/api/imports.ts';
import type { ApiProblem } from '#web/api/problem.ts';
import { Icon } from '#web/parts/icon.tsx';
import { counted } from '#web/words/figures.ts';
import type { ReadAs } from './files.ts';
import type { ImportSession } from './import-session.ts';
import { kindLabels } from './kind-labels.ts';
import { MappingPreview } from './mapping-preview.tsx';
import { MappingQuestions } from './mapping-questions.tsx';
import { Choice, MappingSettings } from './mapping-settings.tsx';

interface MappingProps {
  readonly session: ImportSession;
  readonly file: File;
  readonly read: ReadAs;
  readonly problem: ApiProblem | null;
  readonly isSaving: boolean;
}

/** Questions that a setting answers; the others are answered by fields and values. */
const settingOf = { date_order: 'date_order', decimal: 'decimal', tax: 'tax' } as const;

export function Mapping({ session, file, read, problem, isSaving }: MappingProps) {
  const { inspection } = read;
  const { data: templates } = useQuery(templatesQuery);
  const [settings, setSettings] = useState(read.settings);
  const [name, setName] = useState(read.name);
  // what somebody has said: a question stays open until then
  const [answered, setAnswered] = useState<ReadonlySet<Ambiguity>>(new Set());
  const template = templates?.find(({ kind }) => kind === settings.kind);
  const change = (patch: Partial<ProfileSettings>): void => setSettings((before) => ({ ...before, ...patch }));
  const said = (patch: SaidOfFile): void => void session.lookAgain(file, patch, name);
  const answer = (question: Ambiguity, choice: string): void => {
    setAnswered((before) => new Set([...before, question]));
    const setting = settingOf[question.about as keyof typeof settingOf] as keyof typeof settingOf | undefined;
    if (setting) change({ [setting]: choice });
  };
  const isDaysSaid = [...answered].some(({ about }) => about === 'date_order');
  const missing = (template?.columns ?? []).filter((column) => column.required && !isGiven(settings, column.name));
  const open = inspection.ambiguities.filter((question) => !isAnswered(question, settings, answered));
  const blocking = open.length + missing.filter(({ name: field }) => !open.some((one) => one.field === field)).length;
  return (
    <section className="mapping" aria-labelledby="mapping-title">
      <h2 className="hd" id="mapping-title">
        How {file.name} is read
        <span>
          {counted(inspection.row_count, 'row')}
          {read.profileId === null ? ', not known yet' : `, by the profile ${read.name}`}
        </span>
      </h2>
      <div className="mapping-bar">
        <Choice
          label="What is in it"
          value={inspection.kind === null && read.profileId === null ? '' : settings.kind}
          choices={importKindNames.map((kind) => [kind, kindLabels[kind]])}
          onChoose={(kind) => said({ kind: kind as ImportKindName })}
        />
        {inspection.entries !== null && inspection.entries.length > 1 && (
          <Choice
            label="File of the ZIP"
            value={inspection.file}
            choices={inspection.entries.map((entry) => [entry, entry])}
            onChoose={(entry) => said({ entry })}
          />
        )}
      </div>
      <MappingQuestions open={open} settings={settings} onChange={change} onAnswer={answer} onSaid={said} />
      <MappingSettings inspection={inspection} settings={settings} onChange={change} onSaid={said} />
      {template && (
        <MappingPreview
          inspection={inspection}
          template={template}
          settings={settings}
          missing={missing}
          onChange={change}
        />
      )}
      {problem && (
        <div className="banner bad after" role="alert">
          <Icon name="fail" />
          <p>{problem.detail}</p>
        </div>
      )}
      <div className="sumline">
        <p>
          <label className="mapping-name">
            Keep it as
            <input type="text" value={name} maxLength={100} onChange={({ target }) => setName(target.value)} />
          </label>
          <span className="sub">The next file with these columns goes straight to the check.</span>
        </p>
        <button type="button" className="btn ghost" onClick={() => void session.startOver()}>
          Start over
        </button>
        <button
          type="button"
          className="btn primary"
          disabled={blocking > 0 || name.trim() === '' || isSaving}
          onClick={() => void session.keepReading(file, name.trim(), settings, isDaysSaid)}
        >
          {blocking > 0 ? `${counted(blocking, 'question')} open` : 'Save and check'}
        </button>
      </div>
    </section>
  );
}

const isGiven = ({ fields }: ProfileSettings, field: string): boolean => {
  const source = fields[field];
  return source !== undefined && !('constant' in source && source.constant === '');
};

function isAnswered(question: Ambiguity, settings: ProfileSettings, answered: ReadonlySet<Ambiguity>): boolean {
  const { about, field, value } = question;
  if (about === 'values') return (settings.values[field ?? '']?.[value ?? ''] ?? '') !== '';
  if (about === 'field' && question.choices.length === 0) return isGiven(settings, field ?? '');
  if (about === 'field')
    return answered.has(question) || (!question.question.startsWith('Which') && isGiven(settings, field ?? ''));
  if (about === 'vendor') return answered.has(question) || settings.vendor_aliases[value ?? ''] !== undefined;
  return answered.has(question);
}
