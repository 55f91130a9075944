/** The catalogue with the words of the server's eye view. */
import { serverEye } from './en/server-eye.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, serverEye };
