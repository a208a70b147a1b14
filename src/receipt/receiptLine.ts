/** One line of a receipt, before anybody has decided how wide the paper is. */
export type ReceiptLine =
	/** `large` is twice as tall, for the amount and what must not be overlooked. */
	| {
			readonly kind: "text";
			readonly text: string;
			readonly align: "left" | "centre";
			readonly size: "normal" | "large";
	  }
	/** A name at the left edge and its value at the right. */
	| { readonly kind: "pair"; readonly label: string; readonly value: string; readonly size: "normal" | "large" }
	/** Across the paper. */
	| { readonly kind: "rule" }
	/** Room, for a signature or before the paper is torn off. */
	| { readonly kind: "space"; readonly lines: number };
