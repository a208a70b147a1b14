import { readFileSync } from "node:fs";
import { type Check, described, list, object, optional, refuse, text } from "./check.js";
import { type CardProfile, checkProfile } from "./profile.js";
import { ans } from "./profileChecks.js";

/** Cards that have something in common, for people who look for one. */
export interface CardGroup {
	readonly group: string;
	readonly cards: readonly CardProfile[];
}

/** The cards that come with Kassa, the ordinary one first: gallery.json names them, each is a file of sim/card/profiles. */
export function cardGroups(): CardGroup[] {
	return galleryIndex().map(({ group, cards }) => ({ group, cards: cards.map(name => readProfile(name)) }));
}

/** All cards of all groups. */
export function cardProfiles(): CardProfile[] {
	return cardGroups().flatMap(({ cards }) => cards);
}

/** @returns undefined when no card of that name comes with Kassa */
export function cardProfile(name: string): CardProfile | undefined {
	return galleryIndex().some(({ cards }) => cards.includes(name)) ? readProfile(name) : undefined;
}

/** The names in their order. */
export function cardNames(): string[] {
	return galleryIndex().flatMap(({ cards }) => cards);
}

function galleryIndex() {
	return index(readJson(new URL("gallery.json", import.meta.url)), "gallery");
}

const name = text(/^[a-z0-9-]{1,40}$/, "1 to 40 small letters, digits and hyphens");
const index = list(object({ group: ans(30), cards: list(name, 1) }), 1);

function readProfile(name: string): CardProfile {
	for (const folder of FOLDERS) {
		let json: unknown;
		try {
			json = readJson(new URL(`${name}.json`, folder));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
			throw error;
		}
		return typeof json === "object" && json !== null && "like" in json ? resolveVariant(json) : checkProfile(json);
	}
	throw new Error(`the gallery names ${name}, of which there is no profile`);
}

const FOLDERS = Object.freeze([new URL("profiles/", import.meta.url), new URL("profiles/hostile/", import.meta.url)]);

function readJson(file: URL): unknown {
	return JSON.parse(readFileSync(file, "utf8"));
}

const asIs: Check<unknown> = value => value;
const variant = object({
	name,
	title: asIs,
	description: asIs,
	like: described("The card that it is but for what follows", name),
	atr: optional(asIs),
	nullBytes: optional(asIs),
	pse: optional(asIs),
	blocked: optional(asIs),
	account: asIs,
	application: described("With it the card has one application: the other card's first, changed", optional(asIs)),
	faults: optional(asIs),
	issuer: optional(asIs),
	expected: optional(asIs),
});

/**
 * A card that differs from another one: what it says stands in place of what the other has, and null for nothing
 * (RFC 7396).
 * @throws {TypeError} one sentence that names what is wrong
 */
export function resolveVariant(json: unknown): CardProfile {
	const { like, account, application, ...own } = variant(json, "variant");
	const base = cardProfile(like) ?? refuse("variant.like", "must be the name of another card");
	const { faults: _, issuer: __, expected: ___, ...others } = base;
	const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
	return checkProfile({
		...others,
		...given,
		account: merged(base.account, account),
		applications: application === undefined ? base.applications : [merged(base.applications[0], application)],
	});
}

function merged(target: unknown, patch: unknown): unknown {
	if (!isObject(patch)) return patch;
	const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) delete result[key];
		else result[key] = merged(result[key], value);
	}
	return result;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
