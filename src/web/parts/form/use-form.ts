/**
 * Sending a form: the page's own check first, then the server's. What is wrong is kept by field name until that field is
 * changed; everything else that went wrong is the problem of the whole form.
 */
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiProblem } from '#web/api/problem.ts';

/** By the name the request uses for the field. */
export type FieldMessages = Readonly<Record<string, string>>;

export interface FormState {
  readonly messages: FieldMessages;
  /** Null while nothing went wrong, or only fields did. */
  readonly problem: ApiProblem | null;
  readonly isBusy: boolean;
  /** Grows with every attempt that failed, so that the summary can take the focus each time. */
  readonly failures: number;
  readonly submit: (event?: FormEvent) => void;
  /** The field is being changed: what was said about it may no longer hold. */
  readonly forget: (name: string) => void;
}

interface FormWork {
  /** The names of the fields that are shown; a message for any other belongs to the whole form. */
  readonly names: readonly string[];
  readonly check: () => FieldMessages;
  readonly send: () => Promise<unknown>;
}

export function useForm({ names, check, send }: FormWork): FormState {
  const [messages, setMessages] = useState<FieldMessages>({});
  const [failures, setFailures] = useState(0);
  const sending = useMutation({
    mutationFn: send,
    onError: (error) => {
      const said = error instanceof ApiProblem ? error.fields : [];
      setMessages(Object.fromEntries(said.map(({ field, message }) => [field, sentence(message)])));
      setFailures((count) => count + 1);
    },
  });
  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (sending.isPending) return;
    const own = check();
    setMessages(own);
    if (Object.keys(own).length > 0) {
      sending.reset();
      setFailures((count) => count + 1);
    } else {
      sending.mutate();
    }
  };
  const problem = sending.error && problemOf(sending.error);
  const isOfFields =
    problem !== null && problem.fields.length > 0 && problem.fields.every((at) => names.includes(at.field));
  return {
    messages,
    problem: isOfFields ? null : problem,
    isBusy: sending.isPending,
    failures,
    submit,
    forget: (name) => {
      if (name in messages) setMessages(Object.fromEntries(Object.entries(messages).filter(([key]) => key !== name)));
    },
  };
}

const problemOf = (error: Error): ApiProblem =>
  error instanceof ApiProblem ? error : new ApiProblem({ status: 0 }, 'internal');

/** The API's `must not be empty` as it stands beside a field: `Must not be empty.` */
export function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
