/** The catalogue with the words of the room itself, which no page before it is to carry. */
import { burn } from './en/burn.ts';
import { room } from './en/room.ts';
import { share } from './en/share.ts';
import { t as messages } from './messages.ts';

export const t = { ...messages, burn, room, share };
