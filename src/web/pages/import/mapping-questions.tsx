/** What two readings fit: asked, each with its choices, and nothing is sent before it is answered. */
import { useState } from 'react';
import type { Ambiguity, ProfileSettings } from '#contract/import-profiles.ts';
import type { SaidOfFile } from '#web/api/imports.ts';
import { Icon } from '#web/parts/icon.tsx';
import { kindLabels } from './kind-labels.ts';
import { delimiterNames, encodingNames, orderNames } from './mapping-settings.tsx';

interface MappingQuestionsProps {
  readonly open: readonly Ambiguity[];
  readonly settings: ProfileSettings;
  readonly onChange: (patch: Partial<ProfileSettings>) => void;
  readonly onAnswer: (question: Ambiguity, choice: string) => void;
  readonly onSaid: (said: SaidOfFile) => void;
}

export function MappingQuestions({ open, settings, onChange, onAnswer, onSaid }: MappingQuestionsProps) {
  if (open.length === 0) return null;
  const say = (question: Ambiguity, choice: string): void => {
    const { about, field = '', value = '' } = question;
    if (about === 'values')
      onChange({ values: { ...settings.values, [field]: { ...settings.values[field], [value]: choice } } });
    else if (about === 'field') onChange({ fields: { ...settings.fields, [field]: { column: choice } } });
    else if (about === 'vendor' && choice === 'create') onChange({ unknown_vendors: 'create' });
    else if (about === 'vendor') onChange({ vendor_aliases: { ...settings.vendor_aliases, [value]: choice } });
    else if (about === 'header_row') onSaid({ header_row: Number(choice) });
    else if (about === 'encoding' || about === 'delimiter' || about === 'sheet' || about === 'kind')
      onSaid({ [about]: choice });
    if (about !== 'values') onAnswer(question, choice);
  };
  return (
    <ul className="mapping-questions" aria-label="Questions">
      {open.map((question) => (
        <li key={`${question.about} ${question.field} ${question.value}`}>
          <Icon name="ask" />
          <span>{question.question}</span>
          <span className="row">
            <Answers
              question={question}
              onSay={(choice) => say(question, choice)}
              onConstant={(text) =>
                onChange({ fields: { ...settings.fields, [question.field ?? '']: { constant: text } } })
              }
            />
          </span>
        </li>
      ))}
    </ul>
  );
}

interface AnswersProps {
  readonly question: Ambiguity;
  readonly onSay: (choice: string) => void;
  readonly onConstant: (text: string) => void;
}

/** Few choices are buttons; where there are none, or it may be the same for all rows, somebody writes. */
function Answers({ question, onSay, onConstant }: AnswersProps) {
  const { about, choices } = question;
  const isRate = about === 'values' && choices.length === 0;
  const mayBeConstant = about === 'field' && !question.question.startsWith('Which');
  return (
    <>
      {choices.length <= 6 ? (
        choices.map((choice) => (
          <button key={choice} type="button" className="btn s" onClick={() => onSay(choice)}>
            {nameOf(about, choice)}
          </button>
        ))
      ) : (
        <select className="s" value="" aria-label={question.question} onChange={({ target }) => onSay(target.value)}>
          <option value="" disabled>
            Choose
          </option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {nameOf(about, choice)}
            </option>
          ))}
        </select>
      )}
      {(isRate || mayBeConstant) && (
        <Written
          label={isRate ? question.question : `The same for all rows: ${question.field}`}
          onSay={isRate ? onSay : onConstant}
        />
      )}
    </>
  );
}

function Written({ label, onSay }: { readonly label: string; readonly onSay: (text: string) => void }) {
  const [text, setText] = useState('');
  return (
    <>
      <input
        type="text"
        aria-label={label}
        placeholder="Same for all rows"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="button" className="btn s" disabled={text.trim() === ''} onClick={() => onSay(text.trim())}>
        Use
      </button>
    </>
  );
}

function nameOf(about: Ambiguity['about'], choice: string): string {
  const names: Readonly<Record<string, string>> = {
    encoding: encodingNames[choice as keyof typeof encodingNames],
    delimiter: delimiterNames[choice as keyof typeof delimiterNames],
    date_order: orderNames[choice as keyof typeof orderNames],
    kind: kindLabels[choice as keyof typeof kindLabels],
    header_row: choice === '0' ? 'There is none' : `Row ${choice}`,
    tax: choice === 'percent' ? 'One percent' : 'The whole',
    decimal: choice === '.' ? 'Point: 1,234.5' : 'Comma: 1.234,5',
    vendor: choice === 'create' ? 'Another' : `It is ${choice}`,
  };
  return names[about] ?? choice;
}
