import type { BadRow } from '../../generated/BadRow';
import { useSpeech } from '../i18n';
import { columnOf } from '../model/registry-lists';

/** The server names no more. */
const MOST_NAMED = 200;

/** Every bad row: its line, its column, and what is wrong. */
export function BadRows({ rows }: { rows: readonly BadRow[] }) {
  const { t, word } = useSpeech();
  function columnWords(column: string): string {
    if (column === '') return t('registry.wholeRow');
    const { contact, name } = columnOf(column);
    const words = word('registryField', name);
    return contact === null ? words : t('registry.contactColumn', { number: contact, what: words });
  }
  return (
    <>
      <table className="registry-table bad-rows" aria-label={t('registry.badHeading')}>
        <thead>
          <tr>
            <th scope="col">{t('registry.line')}</th>
            <th scope="col">{t('registry.column')}</th>
            <th scope="col">{t('registry.what')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index} data-line={row.line} data-column={row.column}>
              <th scope="row">{row.line}</th>
              <td>
                {columnWords(row.column)}{' '}
                {row.column !== '' && (
                  <code className="muted" translate="no">
                    {row.column}
                  </code>
                )}
              </td>
              <td>{word('registryFault', row.code)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length >= MOST_NAMED && <p className="muted">{t('registry.badMore', { number: MOST_NAMED })}</p>}
    </>
  );
}
