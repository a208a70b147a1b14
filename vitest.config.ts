import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		// They build with the SDK; test/run.ts says when there is none.
		exclude: process.env.MODDABLE ? [] : ["test/device/**"],
		testTimeout: 120_000,
		hookTimeout: 180_000,
		// A 2-core machine; each worker also starts banks and browsers of its own.
		maxWorkers: 2,
	},
});
