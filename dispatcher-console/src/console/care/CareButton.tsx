import { Popover, Tabs } from 'radix-ui';
import { useState } from 'react';

import { useSpeech } from '../i18n';
import { useCommandMarks } from '../ui/CommandButton';
import { Kbd } from '../ui/Kbd';
import { UnknownDevices } from './UnknownDevices';
import { UnpressedDevices } from './UnpressedDevices';
import { useUnknownDevices } from './use-unknown-devices';

/**
 * How many devices speak and are nobody's, and the panel that lists them. It covers nothing for
 * good: alarms pop up behind it, and Escape or a click beside it closes it.
 */
export function CareButton() {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const marks = useCommandMarks('care');
  const { devices, query } = useUnknownDevices(open);
  const alarmed = devices.some((device) => device.alarmed);
  const count = query.data === undefined ? '–' : String(devices.length);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger {...marks} className={`button small care-button ${alarmed ? 'warn' : 'quiet'}`} title={t('care.openHint')}>
        {alarmed ? t('care.openAlarmed') : t('care.open')} <span className="count">{count}</span>
        <Kbd command="care" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="care-panel" align="end" sideOffset={6} collisionPadding={8} aria-label={t('care.title')}>
          <Tabs.Root defaultValue="unknown">
            <div className="section-head">
              <h2>{t('care.title')}</h2>
              <Popover.Close className="button small quiet" aria-label={t('dialog.closeWindow')}>
                ✕
              </Popover.Close>
            </div>
            <Tabs.List className="toggle" aria-label={t('care.title')}>
              <Tabs.Trigger value="unknown">
                {t('care.unknown')} {count}
              </Tabs.Trigger>
              <Tabs.Trigger value="unpressed">{t('care.unpressed')}</Tabs.Trigger>
            </Tabs.List>
            <Tabs.Content value="unknown" className="care-content">
              <UnknownDevices devices={devices} query={query} />
            </Tabs.Content>
            <Tabs.Content value="unpressed" className="care-content">
              <UnpressedDevices onOpenFile={() => setOpen(false)} />
            </Tabs.Content>
          </Tabs.Root>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
