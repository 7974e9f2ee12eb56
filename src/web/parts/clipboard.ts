/** Copies text and says so. Where the browser refuses, the text is shown to be copied by hand. */
import { showToast } from '#web/frame/toasts.tsx';

export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ title: `${what} copied`, icon: 'check', tone: 'good' });
  } catch {
    showToast({ title: `${what} could not be copied`, text, icon: 'copy' });
  }
}
