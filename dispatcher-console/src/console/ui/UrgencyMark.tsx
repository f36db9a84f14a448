import { useSpeech } from '../i18n';

const SHAPES = {
  '1': 'M5 1h6l4 4v6l-4 4H5l-4-4V5z', // octagon: stop everything
  '2': 'M8 1.5 15.2 14.5H.8z',
  '3': 'M2 2h12v12H2z',
  '4': 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
};

/** Urgency by colour, shape and word together, so that none of them is needed alone. */
export function UrgencyMark({ urgency }: { urgency: keyof typeof SHAPES }) {
  const { word } = useSpeech();
  return (
    <span className={`urgency u${urgency}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[urgency]} fill="currentColor" />
      </svg>
      {word('urgency', urgency)}
    </span>
  );
}
