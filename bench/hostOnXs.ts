import { decodeMessage, encodeMessage } from "../src/host/iso8583/message.js";
import { unionPay } from "../src/host/profiles/unionPay.js";
import { repeat } from "./repeat.js";
import { saleRequest } from "./saleRequest.js";

const request = saleRequest();
const packed = encodeMessage(unionPay.message, request);

/** What `bench/suites/host.ts` calls by name. */
Object.assign(globalThis, {
	nothing: (times: number) => repeat(times, () => packed.length),
	pack: (times: number) => repeat(times, () => encodeMessage(unionPay.message, request).length),
	unpack: (times: number) => repeat(times, () => decodeMessage(unionPay.message, packed).messageType.length),
});
