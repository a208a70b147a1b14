/** Everything a terminal may ask of its bank. A reversal is none of these: it takes one of them back. */
export const OPERATIONS = Object.freeze([
	"signIn",
	"signOff",
	"echo",
	"sale",
	"saleWithCashback",
	"cash",
	"saleVoid",
	"refund",
	"preAuthorisation",
	"increment",
	"preAuthorisationVoid",
	"completion",
	"completionAdvice",
	"completionVoid",
	"balance",
	/** A chip sale that was approved offline. */
	"offlineSale",
	/** A sale that the issuer approved by telephone. */
	"voiceAuthorisedSale",
	"tip",
	"adjust",
	/** A chip transaction that was declined offline and of which the card wants the issuer to know (CID, advice required). */
	"declineAdvice",
	/** Of the state that a transaction has at the acquirer. */
	"query",
	"settlement",
	"batchUpload",
	"batchUploadEnd",
	"scriptResult",
	"parameters",
	"aidsQuery",
	"aids",
	"aidsEnd",
	"caKeysQuery",
	"caKeys",
	"caKeysEnd",
	"hotCards",
	"hotCardsEnd",
	"statusUpload",
] as const);

export type Operation = (typeof OPERATIONS)[number];
