/** Safeguards that have names: each is told by what no longer holds without it, and by a test that then fails. */
import type { Mutation } from './mutation.ts';
import { access } from './safeguards/access.ts';
import { exports } from './safeguards/exports.ts';
import { outside } from './safeguards/outside.ts';
import { reports } from './safeguards/reports.ts';

export const safeguards: readonly Mutation[] = [...access, ...exports, ...reports, ...outside];
