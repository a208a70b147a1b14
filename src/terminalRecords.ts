import type { Binding, BindingProblem } from "./binding/binding.js";
import { ruleText } from "./flows/feeText.js";
import type { FlowContext } from "./flows/flowContext.js";
import { receiptOf } from "./flows/receipts.js";
import { resultOf } from "./flows/resultOf.js";
import { resultOfKey } from "./flows/resultOfChange.js";
import type { ServiceResult } from "./flows/serviceResult.js";
import { settlementUnder } from "./flows/settle.js";
import type { TrainingHall } from "./flows/trainingHall.js";
import type { TransactionResult } from "./flows/transactionResult.js";
import type { Journal } from "./journal/journal.js";
import type { TransactionRecord } from "./journal/transactionRecord.js";
import type { Monitor } from "./monitor/monitor.js";
import type { AccessTrail } from "./operators/accessTrail.js";
import type { Operators } from "./operators/operators.js";
import type { Shift } from "./operators/shift.js";
import type { ReceiptCopy } from "./receipt/receipt.js";
import type { ReceiptLine } from "./receipt/receiptLine.js";

/** What can be read of a terminal at any time, whatever it is doing; each call throws `KeyError` when the keys were erased. */
export abstract class TerminalRecords {
	/** What everything is read from. @throws {KeyError} when the keys were erased */
	protected abstract flows(): FlowContext;

	/** What the acquirer keeps of sales now, a line for each kind of card. */
	feeLines(): string[] {
		const { binding, clock, configuration } = this.flows();
		const fees = binding.termsAt(clock.now());
		return fees?.rules.map(rule => ruleText(rule, configuration.currencyCode)) ?? [];
	}

	/** Whom the terminal sells for, and why not. */
	get binding(): Binding {
		return this.flows().binding;
	}

	/** Why the terminal must not sell now; undefined when it may. */
	get bindingProblem(): BindingProblem | undefined {
		return this.flows().bindingProblem();
	}

	/** What a training gets of this terminal, for the report; undefined where there is no training mode. */
	get trainingHall(): TrainingHall | undefined {
		return this.flows().training?.hall();
	}

	/** Who works here. */
	get operators(): Operators {
		return this.flows().operators;
	}

	/** Who tried, signed on, approved, and changed whose access. */
	get access(): AccessTrail {
		return this.flows().access;
	}

	/** Who is signed on. */
	get shift(): Shift {
		return this.flows().shift;
	}

	/** What the terminal watches, for whoever shows or reports it. */
	get monitor(): Monitor {
		return this.flows().monitor;
	}

	/** What the journal holds, for whoever shows or prints it. */
	get journal(): Journal {
		return this.flows().journal;
	}

	/** The receipt of a transaction in the journal. */
	receipt(record: TransactionRecord, copy: ReceiptCopy, reprint: boolean): ReceiptLine[] {
		return receiptOf(this.flows(), record, copy, reprint);
	}

	/** A transaction's definite answer as it is now. */
	result(record: TransactionRecord): TransactionResult {
		return resultOf(this.flows(), record);
	}

	/** What a transaction, tip or adjustment of this request key is now; undefined when nothing was done under it. */
	resultOfKey(requestKey: string): TransactionResult | undefined {
		return resultOfKey(this.flows(), requestKey);
	}

	/** What became of the settlement of this request key; undefined when no batch was closed under it. */
	settlementUnder(requestKey: string): ServiceResult | undefined {
		return settlementUnder(this.flows(), requestKey);
	}
}
