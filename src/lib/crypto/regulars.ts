/** What is made for those who have come a few times, and forgotten for those who have not come for longest. */
export type RegularsOptions<Value> = {
	/** Comings after which it is made. */
	readonly after: number;
	/** Names that are remembered at a time. */
	readonly most: number;
	readonly make: (name: string) => Value;
};

type Guest<Value> = { readonly times: number; readonly value: Value | undefined };

export class Regulars<Value> {
	readonly #options: RegularsOptions<Value>;
	/** The latest last. */
	readonly #guests = new Map<string, Guest<Value>>();

	constructor(options: RegularsOptions<Value>) {
		this.#options = options;
	}

	get(name: string): Value | undefined {
		return this.#guests.get(name)?.value;
	}

	seen(name: string): void {
		const { after, most, make } = this.#options;
		const before = this.#guests.get(name);
		const times = (before?.times ?? 0) + 1;
		this.#guests.delete(name);
		this.#guests.set(name, { times, value: before?.value ?? (times >= after ? make(name) : undefined) });
		const [oldest] = this.#guests.keys();
		if (this.#guests.size > most && oldest !== undefined) this.#guests.delete(oldest);
	}
}
