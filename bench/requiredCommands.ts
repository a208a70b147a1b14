/** Commands by class and instruction (EMV 4.4 Book 3, 6.5; Book 1, 11). */
const SELECT = "00A4";
const READ_RECORD = "00B2";
const GET_PROCESSING_OPTIONS = "80A8";
const GET_DATA = "80CA";
const GET_CHALLENGE = "0084";
const VERIFY = "0020";
const GENERATE_AC = "80AE";

/** Objects that the terminal may ask for by itself, and the section that has it ask. */
const GET_DATA_OBJECTS = [
	"9F17", // Book 3, 10.5.1: PIN Try Counter, before an offline PIN
	"9F36", // Book 3, 10.6.3: the two counters of velocity checking
	"9F13",
];

/** One exchange with the card, hexadecimal. */
export type Exchange = readonly [command: string, data: string, sw: number];

/**
 * The commands up to GENERATE AC 1 that the Books do not require of a card which answered so, for a sale that chose CDA
 * and an enciphered offline PIN.
 */
export function needlessCommands(exchanges: readonly Exchange[]): string[] {
	const sent = exchanges.map(([command]) => command);
	return sent.filter((command, i) => !isRequired(command, exchanges.slice(0, i), sent.slice(i + 1)));
}

function isRequired(command: string, earlier: readonly Exchange[], later: readonly string[]): boolean {
	const before = earlier.map(([sent]) => sent);
	const sinceSelection = before.slice(before.map(sent => sent.slice(0, 4)).lastIndexOf(SELECT) + 1);
	if (sinceSelection.includes(command) && !command.startsWith(GET_CHALLENGE)) return false; // nothing is asked for twice
	switch (command.slice(0, 4)) {
		case SELECT: // Book 1, 12.3.2 and 12.4: the directory, then the application
			return before.filter(sent => sent.startsWith(SELECT)).length < 2;
		case READ_RECORD: {
			if (!before.some(sent => sent.startsWith(GET_PROCESSING_OPTIONS)))
				// Book 1, 12.3.2 step 2: records of the directory, until one is not found
				return !earlier.some(([sent, , sw]) => sent.startsWith(READ_RECORD) && sw === 0x6a83);
			return isNamedByAfl(command, earlier.find(([sent]) => sent.startsWith(GET_PROCESSING_OPTIONS))![1]);
		}
		case GET_PROCESSING_OPTIONS: // Book 3, 10.1
		case GENERATE_AC: // Book 3, 10.8
			return true;
		case GET_DATA:
			return GET_DATA_OBJECTS.includes(command.slice(4, 8));
		case GET_CHALLENGE: // Book 2, 7.2: one for each VERIFY
			return later[0]?.startsWith(VERIFY) === true;
		case VERIFY: // Book 3, 10.5.1
			return before.at(-1)?.startsWith(GET_CHALLENGE) === true;
		default: // INTERNAL AUTHENTICATE among them: with CDA the signature comes with GENERATE AC (Book 2, 6.6)
			return false;
	}
}

/** Book 3, 10.2. @param answer to GET PROCESSING OPTIONS in format 80: AIP, then the AFL */
function isNamedByAfl(command: string, answer: string): boolean {
	const byte = (text: string, at: number) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
	const [record, reference] = [byte(command, 2), byte(command, 3)];
	for (let at = 4; at < answer.length / 2; at += 4)
		if (byte(answer, at) === (reference & 0xf8) && record >= byte(answer, at + 1) && record <= byte(answer, at + 2))
			return true;
	return false;
}
