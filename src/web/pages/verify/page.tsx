/**
 * Verify a file: drop an export, learn which one it is and whether a byte of it changed. The file is read by the server
 * and forgotten; a file may be dropped anywhere on the page, also while another's result is shown.
 */
import { useMutation } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { outcomeTitles } from '#contract/verification-text.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { serverNow } from '#web/api/server-clock.ts';
import { verifyFile } from '#web/api/verify.ts';
import { announce } from '#web/frame/announcer.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import type { Checked } from './checked.ts';
import { DropZone } from './drop-zone.tsx';
import { Reading } from './reading.tsx';
import { Result } from './result.tsx';
import { useFileDrop } from './use-file-drop.ts';
import '#web/styles/import.css';
import '#web/styles/verify.css';

export function VerifyPage() {
  const [checked, setChecked] = useState<Checked | null>(null);
  const [sent, setSent] = useState(0);
  const chooser = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController | null>(null);
  const { mutate, reset, isPending, variables, error } = useMutation({
    mutationFn: async (file: File): Promise<Checked> => {
      running.current?.abort();
      const giveUp = new AbortController();
      running.current = giveUp;
      setSent(0);
      const began = performance.now();
      const result = await verifyFile(file, { onSent: setSent, signal: giveUp.signal });
      return { name: file.name, result, at: serverNow(), tookMs: performance.now() - began };
    },
    onMutate: () => setChecked(null),
    onSuccess: (done) => {
      setChecked(done);
      announce(`${outcomeTitles[done.result.outcome]}. ${done.result.summary}`);
    },
  });
  useEffect(() => () => running.current?.abort(), []);

  const take = useCallback((files: FileList | null) => files?.[0] && mutate(files[0]), [mutate]);
  const isOver = useFileDrop(take);
  const choose = (): void => chooser.current?.click();
  const giveUp = (): void => {
    running.current?.abort();
    reset();
  };
  const problem = error instanceof ApiProblem ? error : null;

  return (
    <>
      <PageHead title="Verify a file" lead="Which export is this, and did a byte change?" />
      <input
        ref={chooser}
        type="file"
        hidden
        aria-hidden="true"
        tabIndex={-1}
        onChange={(event) => {
          take(event.target.files);
          // the same file may be chosen again after it was changed
          event.target.value = '';
        }}
      />
      {isPending && variables ? (
        <Reading name={variables.name} bytes={variables.size} sent={sent} onCancel={giveUp} />
      ) : checked ? (
        <Result checked={checked} isOver={isOver} onAnother={choose} />
      ) : (
        <DropZone isOver={isOver} problem={problem} onChoose={choose} />
      )}
    </>
  );
}
