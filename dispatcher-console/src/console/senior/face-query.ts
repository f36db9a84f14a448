import { ApiError } from '../../shared/api';

/** How long to wait before a look that came too soon is asked for again, milliseconds; each time twice as long. */
const WAIT_MS = 5_000;

/** Whose face, since when it is that picture, and in whose ticket's file it is looked at. */
export interface Look {
  senior: string;
  at: string | null;
  ticket?: string | undefined;
}

/** Returns how a face is asked for: each ticket's look is on record, so each asks for itself. */
export function faceQuery({ senior, at, ticket }: Look): {
  path: string;
  queryKey: readonly unknown[];
  retry: (failures: number, error: Error) => boolean;
  retryDelay: (failures: number) => number;
} {
  return {
    path: `/v1/seniors/${senior}/face${ticket === undefined ? '' : `?ticket=${ticket}`}`,
    queryKey: ['face', senior, at, ticket ?? null],
    // Only what was refused for coming too soon was no look.
    retry: (failures, error) => error instanceof ApiError && error.status === 429 && failures < 3,
    retryDelay: (failures) => WAIT_MS * 2 ** failures,
  };
}
