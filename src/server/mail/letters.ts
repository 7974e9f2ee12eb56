/** What the product writes to people: each letter once, as plain text and as simple HTML with every name in it escaped. */
import type { Mail } from './mailer.ts';

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly lines: readonly string[];
  /** Name and value, below the lines. */
  readonly facts?: readonly (readonly [string, string])[];
  readonly action?: { readonly label: string; readonly url: string };
  /** Below the action, smaller. */
  readonly notes: readonly string[];
}

/** Inline styles say how it looks in the light; what reads them in the dark reads this. */
const inTheDark =
  '@media (prefers-color-scheme:dark){body{color:#e8eaed!important;background:#16191d!important}p,td{color:#e8eaed!important}}';

const tableOf = (facts: readonly (readonly [string, string])[]): string =>
  facts.length === 0
    ? ''
    : `<table style="margin:0 0 16px;border-collapse:collapse;font-size:14px">${facts
        .map(
          ([name, value]) =>
            `<tr><td style="padding:3px 16px 3px 0;vertical-align:top;color:#555">${escaped(name)}</td><td style="padding:3px 0;word-break:break-word">${escaped(value)}</td></tr>`,
        )
        .join('')}</table>`;

const paragraph = (text: string, style = ''): string => `<p style="margin:0 0 16px${style}">${escaped(text)}</p>`;

export function mailOf({ to, subject, lines, facts = [], action, notes }: Letter): Mail {
  const button = action
    ? `<p style="margin:0 0 16px"><a href="${escaped(action.url)}" style="display:inline-block;padding:10px 16px;border-radius:6px;background:#1f5fd0;color:#fff;text-decoration:none">${escaped(action.label)}</a></p>
<p style="margin:0 0 16px;font-size:13px;color:#555">Or open this address:<br>${escaped(action.url)}</p>`
    : '';
  return {
    to,
    subject,
    text:
      [
        ...lines,
        ...(facts.length > 0 ? [facts.map(([name, value]) => `${name}: ${value}`).join('\n')] : []),
        ...(action ? [`${action.label}:\n${action.url}`] : []),
        ...notes,
        'Mathership',
      ].join('\n\n') + '\n',
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><style>${inTheDark}</style></head>
<body style="margin:0;padding:24px;font:15px/1.5 sans-serif;color:#1b1f24"><div style="max-width:560px">
${lines.map((line) => paragraph(line)).join('\n')}
${tableOf(facts)}
${button}
${notes.map((note) => paragraph(note, ';font-size:13px;color:#555')).join('\n')}
<p style="margin:24px 0 0;font-size:13px;color:#555">Mathership</p></div></body></html>`,
  };
}

export const invitationLetter = (
  to: string,
  about: { organization: string; by: string; url: string; days: number },
): Mail =>
  mailOf({
    to,
    subject: `Your invitation to ${about.organization} on Mathership`,
    lines: [`${about.by} invited you to ${about.organization} on Mathership.`],
    action: { label: 'Accept the invitation', url: about.url },
    notes: [
      `The link is for you alone and works for ${about.days} days. If you did not expect it, you need not do anything.`,
    ],
  });

/** @param about.organization of an account that belongs to one alone; null for one's own */
export const resetLetter = (
  to: string,
  about: { name: string; organization: string | null; url: string; minutes: number },
): Mail =>
  mailOf({
    to,
    subject: 'Choose a new password for Mathership',
    lines: [
      `Hello ${about.name},`,
      `somebody, probably you, asked for a new password of your Mathership account${about.organization === null ? '' : ` for ${about.organization}`}.`,
    ],
    action: { label: 'Choose a new password', url: about.url },
    notes: [
      `The link works once, for ${about.minutes} minutes. If you did not ask for it, you need not do anything: your password stays as it is.`,
    ],
  });

export const passwordChangedLetter = (to: string, about: { name: string }): Mail =>
  mailOf({
    to,
    subject: 'Your Mathership password was changed',
    lines: [
      `Hello ${about.name},`,
      'the password of your Mathership account was changed with a reset link, and every browser was signed out.',
    ],
    notes: ['If this was not you, tell the owner of your organization at once.'],
  });
