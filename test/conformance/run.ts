/** `npm run -s conformance -- PATH…`: runs case files, or folders of them, against Kassa. The format: docs/conformance.md. */
import { findCaseFiles, runCaseFile, UnreadableCases } from "./runner.js";

const paths = process.argv.slice(2);

try {
	if (paths.length === 0) throw new UnreadableCases("No case file was named: give files or folders of them.");
	const reports = [];
	for (const path of findCaseFiles(paths)) {
		const report = await runCaseFile(path);
		reports.push(report);
		console.log(`${report.path}: ${report.passed} passed, ${report.failures.length} failed`);
	}
	const failures = reports.flatMap(report => report.failures);
	for (const failure of failures) console.log(failure);
	console.log(`${reports.reduce((sum, { passed }) => sum + passed, 0)} passed, ${failures.length} failed`);
	process.exitCode = failures.length ? 1 : 0;
} catch (error) {
	if (!(error instanceof UnreadableCases)) throw error;
	console.error(error.message);
	process.exitCode = 2;
}
