/** Not even the first answer came: says so, tries again with growing pauses, keeps the address. */
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { isProblem } from '#web/api/problem.ts';
import { Unreachable } from '#web/parts/unreachable.tsx';

export function StartFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = async (): Promise<void> => {
    await router.invalidate();
    reset();
  };
  return (
    <main className="main">
      <Unreachable isWholePage problem={isProblem(error) ? error : null} onTry={() => void again()} />
    </main>
  );
}
