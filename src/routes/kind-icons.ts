/** The picture of each kind of room. */
import Archive from '@lucide/svelte/icons/archive';
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import AudioLines from '@lucide/svelte/icons/audio-lines';

export const kindIcons = { stored: Archive, relayed: AudioLines, direct: ArrowLeftRight };
