/** Whether two nicknames could be taken for each other, after the idea of Unicode TR39's skeletons. Pure. */

/** Letters that are drawn like Latin ones: Cyrillic, Greek, Armenian, and Latin's own twins; the case is folded before. */
const drawnAlike = new Map(
	Object.entries({
		а: 'a',
		ɑ: 'a',
		α: 'a',
		в: 'b',
		ь: 'b',
		β: 'b',
		с: 'c',
		ϲ: 'c',
		ԁ: 'd',
		е: 'e',
		ҽ: 'e',
		ε: 'e',
		ɡ: 'g',
		ց: 'g',
		һ: 'h',
		н: 'h',
		η: 'n',
		і: 'l',
		ι: 'l',
		ı: 'l',
		i: 'l',
		1: 'l',
		'|': 'l',
		ǀ: 'l',
		ӏ: 'l',
		ј: 'j',
		ϳ: 'j',
		к: 'k',
		κ: 'k',
		м: 'm',
		μ: 'm',
		п: 'n',
		ո: 'n',
		о: 'o',
		ο: 'o',
		σ: 'o',
		օ: 'o',
		0: 'o',
		р: 'p',
		ρ: 'p',
		ԛ: 'q',
		г: 'r',
		ѕ: 's',
		5: 's',
		т: 't',
		τ: 't',
		υ: 'u',
		ս: 'u',
		ѵ: 'v',
		ν: 'v',
		ԝ: 'w',
		ω: 'w',
		ш: 'w',
		х: 'x',
		χ: 'x',
		у: 'y',
		γ: 'y',
		ү: 'y',
		з: '3'
	})
);

/** Two names with one skeleton look alike. */
export function skeletonOf(nick: string): string {
	const plain = nick.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
	const letters = [...plain].map((letter) => drawnAlike.get(letter) ?? letter).join('');
	return letters
		.replace(/rn/g, 'm')
		.replace(/vv/g, 'w')
		.replace(/[\s\p{P}]+/gu, '');
}

/** The fingerprints of those whose name more than one of them bears. */
export function namesakes(people: Iterable<{ readonly fp: string; readonly nick: string }>): ReadonlySet<string> {
	const bearers = new Map<string, string[]>();
	for (const { fp, nick } of people) {
		const skeleton = skeletonOf(nick);
		bearers.set(skeleton, [...(bearers.get(skeleton) ?? []), fp]);
	}
	return new Set([...bearers.values()].filter((fps) => fps.length > 1).flat());
}
