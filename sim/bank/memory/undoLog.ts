/** Takes back what was put into maps, so that books without a database can do a thing wholly or not at all. */
export class UndoLog {
	#depth = 0;
	#undo: (() => void)[] = [];

	/** Everything in `work` or nothing. */
	together<T>(work: () => T): T {
		const from = this.#undo.length;
		this.#depth++;
		try {
			return work();
		} catch (error) {
			for (const back of this.#undo.splice(from).reverse()) back();
			throw error;
		} finally {
			if (--this.#depth === 0) this.#undo = [];
		}
	}

	/** @param value never changed in place, so that taking back is putting the old one back */
	set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
		if (this.#depth > 0) {
			const before = map.get(key);
			this.#undo.push(() => (before === undefined ? map.delete(key) : map.set(key, before)));
		}
		map.set(key, value);
	}
}
