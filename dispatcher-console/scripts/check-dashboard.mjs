// The Grafana dashboard is of the form that Grafana publishes (@grafana/schema: types, no JSON schema). So the
// JSON becomes a file of TypeScript, where the compiler finds each misspelt, missing or superfluous key.
// What this cannot tell is whether Grafana draws it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = at('../node_modules/.dashboard/');
const json = readFileSync(at('../../config/grafana/silverbell.json'), 'utf8').trim();

const source = `
import type * as grafana from '@grafana/schema';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as graph from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// JSON has no enums: what is one there is any of its words here.
type Json<T> = T extends string ? \`\${T}\`
  : T extends number | boolean | null | undefined ? T
  : T extends (infer E)[] ? Json<E>[]
  : T extends object ? { [K in keyof T]: Json<T[K]> }
  : T;

type Kind<T extends string, Options, Custom> = Omit<Json<grafana.Panel>, 'type' | 'options' | 'fieldConfig'> & {
  type: T;
  // Grafana leaves these out where it can do without; ours are always given.
  title: string;
  description: string;
  options: Json<Options>;
  fieldConfig: {
    defaults: Omit<Json<grafana.FieldConfig>, 'custom'> & { unit: string; custom?: Json<Custom> };
    overrides: [];
  };
};
type Panel = Kind<'stat', stat.Options, never> | Kind<'timeseries', graph.Options, graph.FieldConfig> | Json<grafana.RowPanel>;
type Dashboard = Omit<Json<grafana.Dashboard>, 'panels'> & { panels: Panel[] };

export const dashboard = ${json} satisfies Dashboard;
`;

mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}dashboard.ts`, source);
const options = { types: [] };
writeFileSync(
  `${folder}tsconfig.json`,
  JSON.stringify({ extends: at('../tsconfig.base.json'), compilerOptions: options, files: ['dashboard.ts'] }),
);
const { status } = spawnSync(at('../node_modules/.bin/tsc'), ['-p', folder], { stdio: 'inherit' });
if (status !== 0) process.exit(1);
console.log("dashboard: of Grafana's types");
