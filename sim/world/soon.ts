/** A person acts after the terminal has drawn, not while it draws. */
export function soon(act: () => void): void {
	void Promise.resolve().then(act); // XS has no queueMicrotask
}
