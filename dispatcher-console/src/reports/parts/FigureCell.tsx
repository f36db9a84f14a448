import type { ReactNode } from 'react';

interface FigureCellProps {
  children: ReactNode;
  /** What the button is called to whoever hears it. */
  label: string;
  /** Opens the tickets behind it; null where there are none to open. */
  onOpen: (() => void) | null;
}

/** A number that opens its tickets, or stands alone. */
export function FigureCell({ children, label, onOpen }: FigureCellProps) {
  if (onOpen === null) return <strong className="figure">{children}</strong>;
  return (
    <button type="button" className="figure-link figure" aria-label={label} onClick={onOpen}>
      {children}
    </button>
  );
}
