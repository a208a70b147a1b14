/** What the SDK's typings declare and npm's @moddable/typings lack: for `tsc -p tsconfig.device.json` only. */

declare module "embedded:storage/files" {
	export interface Status {
		readonly size: number;
		isFile(): boolean;
	}
	export interface File {
		read(count: number, position: number): ArrayBuffer;
		write(bytes: Uint8Array, position: number): void;
		status(): Status;
		setSize(length: number): void;
		flush(): void;
		close(): void;
	}
	export interface Directory {
		openFile(options: { path: string; mode: "r" | "r+" | "w" | "w+" }): File;
		openDirectory(options: { path: string }): Directory;
		status(path: string): Status;
		move(from: string, to: string): void;
		delete(path: string): boolean;
		scan(path: string): IterableIterator<string>;
	}
}

declare module "crypt" {
	export class Digest {
		constructor(name: "SHA1" | "SHA256" | "SHA512");
		write(data: ArrayBuffer): void;
		close(): ArrayBuffer;
	}
}

declare module "embedded:storage/flash" {
	export interface Flash {
		read(byteLength: number, byteOffset: number): ArrayBuffer;
		status(): { readonly size: number };
		close(): void;
	}
	const flash: { open(options: { path: string; mode?: "r" | "r+" }): Flash };
	export default flash;
}

declare module "embedded:update" {
	import type { Flash } from "embedded:storage/flash";
	export interface Updater {
		write(bytes: ArrayBuffer): void;
		complete(): void;
		close(): void;
	}
	const Update: { open(options: { partition: Flash; mode?: "a" | "w"; byteLength?: number }): Updater };
	export default Update;
}
