import { Tabs } from 'radix-ui';
import type { ComponentType } from 'react';

import { useSpeech } from '../console/i18n';
import { Boundary } from '../console/ui/Boundary';
import { ReportsHeader } from './ReportsHeader';
import { ask, TABS, type Tab, useAsked } from './state/asked';
import { CallsTab } from './tabs/CallsTab';
import { CertificatesTab } from './tabs/CertificatesTab';
import { DevicesTab } from './tabs/DevicesTab';
import { HandoversTab } from './tabs/HandoversTab';
import { HeatTab } from './tabs/HeatTab';
import { MeasuresTab } from './tabs/MeasuresTab';
import { MonthTab } from './tabs/MonthTab';
import { SummaryTab } from './tabs/SummaryTab';

const SHOWN: Record<Tab, ComponentType> = {
  measures: MeasuresTab,
  summary: SummaryTab,
  heat: HeatTab,
  calls: CallsTab,
  devices: DevicesTab,
  handovers: HandoversTab,
  certificates: CertificatesTab,
  month: MonthTab,
};

/** What has been, and the tickets behind every number of it. */
export function Reports() {
  const { t } = useSpeech();
  const tab = useAsked((asked) => asked.tab);
  return (
    <div className="reports">
      <ReportsHeader />
      <main aria-label={t('reports.main')}>
        <Tabs.Root value={tab} onValueChange={(next) => ask({ tab: TABS.find((one) => one === next) ?? 'measures' })}>
          <Tabs.List className="report-tabs" aria-label={t('reports.tabs')}>
            {TABS.map((one) => (
              <Tabs.Trigger key={one} value={one} className="report-tab">
                {t(`reportTab.${one}`)}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {TABS.map((one) => {
            const Shown = SHOWN[one];
            return (
              <Tabs.Content key={one} value={one} className="report-page" tabIndex={-1}>
                <Boundary about={one}>
                  <Shown />
                </Boundary>
              </Tabs.Content>
            );
          })}
        </Tabs.Root>
      </main>
    </div>
  );
}
