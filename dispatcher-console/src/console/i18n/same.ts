/** The keys of another language's words, with words of one's own. */
export type Same<T> = { [K in keyof T]: T[K] extends string ? string : Same<T[K]> };
