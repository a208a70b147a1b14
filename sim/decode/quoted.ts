/** Text in quotes. A card or a host must not be able to write line ends or control sequences to our screen. */
export function quoted(text: string): string {
	return `"${text.replace(/[^\x20-\x7e]|"/g, "?")}"`;
}
