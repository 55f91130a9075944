/** The catalogue with the words of the way between the two browsers of a Direct room. */
import { direct } from './en/direct.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, direct };
