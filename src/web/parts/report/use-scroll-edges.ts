/** Says by attributes on what scrolls sideways whether there is more before (`data-before`) and after (`data-after`). */
import { type RefObject, useEffect, useRef } from 'react';

export function useScrollEdges(): RefObject<HTMLElement | null> {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const box = ref.current;
    if (!box) return undefined;
    const measure = (): void => {
      box.toggleAttribute('data-before', box.scrollLeft > 1);
      box.toggleAttribute('data-after', box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
    };
    const sizes = new ResizeObserver(measure);
    for (const one of [box, ...box.children]) sizes.observe(one);
    box.addEventListener('scroll', measure, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', measure);
    };
  }, []);
  return ref;
}
