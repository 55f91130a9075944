/** The catalogue with the words of the settings. */
import { burn } from './en/burn.ts';
import { kept } from './en/kept.ts';
import { settings } from './en/settings.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, burn, kept, settings };
