import type { JSX } from 'preact';

interface ChipsProps<T extends string> {
  label: string;
  all: readonly T[];
  /** What is chosen. */
  chosen: readonly T[];
  words: (one: T) => string;
  onTap: (one: T) => void;
}

/** Answers side by side, large enough for a thumb; a second tap takes one back. */
export function Chips<T extends string>({ label, all, chosen, words, onTap }: ChipsProps<T>): JSX.Element {
  return (
    <div class="chips" role="group" aria-label={label}>
      <p>{label}</p>
      {all.map((one) => (
        <button key={one} type="button" class="button choice" data-choice={one} aria-pressed={chosen.includes(one)} onClick={() => onTap(one)}>
          {words(one)}
        </button>
      ))}
    </div>
  );
}
