/** How long a self-destructing message may stay, in seconds: docs/PROTOCOL.md §8. */
export const burnChoices: readonly number[] = [10, 60, 300, 3_600, 86_400];
