import type { CardCommand } from "../command.js";
import { scriptCommands } from "../scriptCommand.js";
import { applicationBlock, applicationUnblock, cardBlock } from "./blockCommands.js";
import { externalAuthenticate } from "./externalAuthenticate.js";
import { generateAc } from "./generateAc.js";
import { getChallenge } from "./getChallenge.js";
import { getData } from "./getData.js";
import { getProcessingOptions } from "./getProcessingOptions.js";
import { internalAuthenticate } from "./internalAuthenticate.js";
import { pinChangeUnblock } from "./pinChangeUnblock.js";
import { putData } from "./putData.js";
import { readRecord } from "./readRecord.js";
import { select } from "./select.js";
import { updateRecord } from "./updateRecord.js";
import { verify } from "./verify.js";

/** Every command that the card knows, one for each CLA and INS. */
export const cardCommands: readonly CardCommand[] = Object.freeze([
	select,
	readRecord,
	getProcessingOptions,
	internalAuthenticate,
	getChallenge,
	getData,
	verify,
	externalAuthenticate,
	generateAc,
	...[applicationBlock, applicationUnblock, cardBlock, pinChangeUnblock, putData, updateRecord].flatMap(scriptCommands),
]);
