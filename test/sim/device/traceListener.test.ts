import { connect } from "node:net";
import { expect, test } from "vitest";
import { listenToTraces } from "../../../sim/device/traceListener.js";

test("traces become whole lines, and the app is told to go on", async () => {
	const lines: string[] = [];
	const listener = await listenToTraces(line => lines.push(line));
	const app = connect(listener.port, "127.0.0.1");
	let told = "";
	app.on("data", bytes => {
		told += bytes.toString();
	});
	const closed = new Promise(resolve => app.once("close", resolve));
	app.write('\r\n<xsbug><login name="main" value="x"/></xsbug>\r\n');
	app.write("<xsbug><log>card     SELECT &#60; 6F&gt; &am");
	app.write("p;</log></xsbug><xsbug><log> 9000\n# Exception: throw!\nnext</log></xsbug>");
	app.write('<xsbug><log>\n</log><break path="a.ts" line="3">Error: no &quot;x&quot;!</break></xsbug>');
	await expect.poll(() => lines).toEqual(["card     SELECT < 6F> & 9000", "next", 'stopped: Error: no "x"!']);
	await expect.poll(() => told.match(/<go\/>/g)?.length).toBe(2);
	listener.close();
	await closed;
});
