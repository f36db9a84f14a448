interface BarsProps {
  label: string;
  bars: { key: string; name: string; value: number | null }[];
  write: (value: number) => string;
}

/** So many bars are drawn; the table has all. */
const MOST = 40;

/** A bar for each group, with its name and number beside it: nothing is told by length or colour alone. */
export function Bars({ label, bars, write }: BarsProps) {
  const highest = Math.max(...bars.map(({ value }) => Math.abs(value ?? 0)), 0);
  return (
    <ol className="bars" aria-label={label}>
      {bars.slice(0, MOST).map(({ key, name, value }) => (
        <li key={key}>
          <span className="bar-name">{name}</span>
          <span className="bar-track">
            <span className="bar" style={{ width: `${highest === 0 || value === null ? 0 : (Math.abs(value) / highest) * 100}%` }} />
          </span>
          <span className="figure">{value === null ? '—' : write(value)}</span>
        </li>
      ))}
    </ol>
  );
}
