import type { UnrecordedAlarm } from '../../generated/UnrecordedAlarm';

/** Returns the alarms that were not told of before, and remembers them: the whole list comes each time. */
export function notToldOf(alarms: readonly UnrecordedAlarm[], told: Set<string>): UnrecordedAlarm[] {
  const news = alarms.filter(({ id }) => !told.has(id));
  for (const { id } of news) told.add(id);
  return news;
}
