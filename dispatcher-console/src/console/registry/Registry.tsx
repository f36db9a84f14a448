import '../styles/registry.css';

import { Tabs } from 'radix-ui';
import { type ComponentType, useEffect, useRef, useState } from 'react';

import { NewAlarmBar } from '../file/NewAlarmBar';
import { useSpeech } from '../i18n';
import { keepsLists } from '../model/registry';
import { closeDialog, useDesk } from '../state/desk';
import { type RegistryPart, showPart, useRegistryDesk } from '../state/registry';
import { useSession } from '../state/session';
import { DevicesTab } from './DevicesTab';
import { DistrictsTab } from './DistrictsTab';
import { ListsTab } from './ListsTab';
import { RespondersTab } from './RespondersTab';
import { SeniorsTab } from './SeniorsTab';
import { addRegistryWords } from './words';

addRegistryWords();

interface Part {
  part: RegistryPart;
  Content: ComponentType;
  /** Operators have no business there. */
  forSupervisors?: true;
}

const PARTS: Part[] = [
  { part: 'seniors', Content: SeniorsTab },
  { part: 'responders', Content: RespondersTab, forSupervisors: true },
  { part: 'devices', Content: DevicesTab },
  { part: 'districts', Content: DistrictsTab },
  { part: 'lists', Content: ListsTab, forSupervisors: true },
];

/** The registry: one part at a time; a part that was opened stays as it was left. */
export default function Registry() {
  const { t } = useSpeech();
  const role = useSession((session) => session.user?.role);
  const part = useRegistryDesk((desk) => desk.part);
  const unsaved = useRegistryDesk((desk) => desk.unsaved);
  const [seen, setSeen] = useState<ReadonlySet<RegistryPart>>(new Set([part]));
  if (!seen.has(part)) setSeen(new Set(seen).add(part));
  const root = useRef<HTMLDivElement>(null);
  const open = useDesk((desk) => desk.dialog === 'registry');
  useEffect(() => {
    if (open) focusFirst(root.current);
  }, [open]);
  const parts = PARTS.filter(({ forSupervisors }) => forSupervisors === undefined || keepsLists(role));
  return (
    <Tabs.Root ref={root} className="registry-root" value={part} onValueChange={(value) => showPart(value as RegistryPart)}>
      <div className="panel-head">
        <h2 tabIndex={-1}>
          {t('header.registry')}
        </h2>
        <Tabs.List className="toggle" aria-label={t('registry.parts')}>
          {parts.map((one) => (
            <Tabs.Trigger key={one.part} value={one.part}>
              {t(`registry.${one.part}`)}
              {unsaved.has(one.part) && <span className="unsaved"> · {t('registry.unsavedMark')}</span>}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <button type="button" className="button small quiet" aria-label={t('registry.close')} onClick={closeDialog}>
          ✕
        </button>
      </div>
      {open && <NewAlarmBar />}
      {parts.map(({ part: one, Content }) => (
        <Tabs.Content key={one} value={one} forceMount hidden={one !== part} className="registry-part" tabIndex={-1}>
          {seen.has(one) && <Content />}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

/** Whoever opens the registry looks for somebody; a field with text in it would hold new alarms back, so it waits. */
function focusFirst(root: HTMLElement | null): void {
  const field = root?.querySelector<HTMLInputElement>('.registry-part:not([hidden]) input[type="search"]');
  (field?.value === '' ? field : root?.querySelector<HTMLElement>('h2'))?.focus();
}
