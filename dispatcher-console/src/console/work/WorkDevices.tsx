import { useState } from 'react';

import type { DeviceWork } from '../../generated/DeviceWork';
import { ago } from '../../shared/format';
import { useSpeech } from '../i18n';
import { visitOrder } from '../model/work';
import { openSeniorFile } from '../state/desk';
import { useNow } from '../state/now';
import { useTimes } from '../state/use-district';

/** How many are shown at once, and how many more each time. */
const PAGE = 100;

/** The devices to see to, village by village; each senior's file is one click away, with the telephone in it. */
export function WorkDevices({ devices, waiting }: { devices: readonly DeviceWork[]; waiting: number }) {
  const { t } = useSpeech();
  const [shown, setShown] = useState(PAGE);
  const left = devices.length - shown;
  return (
    <section className="work-devices" aria-labelledby="work-devices-heading">
      <h3 id="work-devices-heading">{t('work.list')}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('work.village')}</th>
            <th scope="col">{t('work.senior')}</th>
            <th scope="col">{t('work.device')}</th>
            <th scope="col">{t('work.what')}</th>
            <th scope="col">{t('work.since')}</th>
            <th scope="col">
              <span className="for-ears">{t('call.openFile')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {visitOrder(devices).slice(0, shown).map((work) => (
            <WorkDevice key={work.id} work={work} />
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <button type="button" className="button small" onClick={() => setShown(shown + PAGE)}>
          {t('work.more', { number: left })}
        </button>
      )}
      {waiting > 0 && <p className="doubt">{t('work.waiting', { number: waiting })}</p>}
    </section>
  );
}

function WorkDevice({ work }: { work: DeviceWork }) {
  const { t, lang, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const now = useNow();
  const name = work.name === '' ? t('work.noName') : work.name;
  return (
    <tr data-device={work.id}>
      <td>{work.village}</td>
      <th scope="row">{name}</th>
      <td>
        {word('deviceKind', work.protocol)} <span className="device-id muted">{work.device}</span>
      </td>
      <td className="doubt">{word('trouble', work.trouble)}</td>
      <td>
        <time dateTime={work.since} title={dayAndTime(work.since)}>
          {ago(now - Date.parse(work.since), lang)}
        </time>
      </td>
      <td>
        <button
          type="button"
          className="button small"
          aria-label={t('work.openFile', { name })}
          onClick={() => openSeniorFile(work.senior)}
        >
          {t('call.openFile')}
        </button>
      </td>
    </tr>
  );
}
