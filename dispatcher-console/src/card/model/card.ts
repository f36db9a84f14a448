/** What 120, 110 or 119 have to know of one ticket. */
export type { Card } from '../../generated/Card';
