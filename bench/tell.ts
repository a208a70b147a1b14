/** Of xsnap: sends bytes from XS to the process around it. */
declare const issueCommand: (message: ArrayBuffer) => ArrayBuffer;
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** On XS: sends one JSON value to the process around it, which finds it as the `reply` of the expression. */
export function tell(value: unknown): void {
	issueCommand(new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer);
}
