/** The eleven types of body, where each may stand, and the refusals when it stands elsewhere: docs/PROTOCOL.md §8. */
import type { EnvelopeHeader, EnvelopeKind } from '#protocol/envelope';
import { ProtocolError } from '#protocol/errors';
import type { Mode } from '#protocol/mode';

/** `slots`: `byMode` is the room key in stored rooms and slots in the others. */
type Rule = { readonly type: number; readonly kind: EnvelopeKind; readonly slots: 'never' | 'always' | 'byMode' };

export const bodyTypes = {
	text: { type: 1, kind: 'content', slots: 'byMode' },
	hello: { type: 2, kind: 'control', slots: 'never' },
	bye: { type: 3, kind: 'control', slots: 'never' },
	file: { type: 4, kind: 'content', slots: 'byMode' },
	signal: { type: 5, kind: 'control', slots: 'always' },
	helloReply: { type: 6, kind: 'control', slots: 'never' },
	ack: { type: 7, kind: 'control', slots: 'never' },
	call: { type: 8, kind: 'control', slots: 'always' },
	purge: { type: 9, kind: 'control', slots: 'never' },
	typing: { type: 10, kind: 'control', slots: 'never' },
	card: { type: 11, kind: 'control', slots: 'never' }
} as const satisfies Readonly<Record<string, Rule>>;
export type BodyType = keyof typeof bodyTypes;

const rules: ReadonlyMap<number, Rule> = new Map(Object.values(bodyTypes).map((rule) => [rule.type, rule]));

/** Whether a body of this type goes to chosen members, by slots, in a room of this mode. */
export function takesSlots(type: BodyType, mode: Mode): boolean {
	return isSlotted(bodyTypes[type], mode);
}

function isSlotted({ slots }: Rule, mode: Mode): boolean {
	return slots === 'byMode' ? mode !== 'stored' : slots === 'always';
}

/** Content under the room key in a room whose content has slots, and the other way about. Throws `FS_DOWNGRADE`. */
export function checkContentSlots(header: EnvelopeHeader, mode: Mode): void {
	if (header.kind === 'content' && header.slots !== (mode !== 'stored')) throw new ProtocolError('FS_DOWNGRADE');
}

/** Throws `TYPE_KIND`, `FS_DOWNGRADE` or `ENV_LENGTH` (a large bucket carries signals only). Types of later versions may stand anywhere. */
export function checkPlace(type: number, header: EnvelopeHeader, mode: Mode): void {
	const rule = rules.get(type);
	if (rule === undefined) return;
	if (rule.kind !== header.kind) throw new ProtocolError('TYPE_KIND');
	if (isSlotted(rule, mode) !== header.slots) throw new ProtocolError('FS_DOWNGRADE');
	if (header.bucket === 'L' && type !== bodyTypes.signal.type) throw new ProtocolError('ENV_LENGTH');
}
