/*
 * ISO/IEC 7816-3, 7.2: a character has even parity and a guard time of 1 or 2 etu after it. `embedded:io/serial` opens a UART
 * without parity, with 1 stop bit and a rate for good; this sets the rest.
 */
#include "xsmc.h"
#include "driver/uart.h"
#include "hal/uart_ll.h"

/* (port, odd): parity as the line carries it. */
void xs_kassa_iso7816_parity(xsMachine *the)
{
	int port = xsmcToInteger(xsArg(0));
	uart_parity_t parity = xsmcTest(xsArg(1)) ? UART_PARITY_ODD : UART_PARITY_EVEN;

	if (uart_set_parity(port, parity))
		xsUnknownError("the UART does not take the parity");
}

/* (port, baud, stopBits): etu and guard time. */
void xs_kassa_iso7816_rate(xsMachine *the)
{
	int port = xsmcToInteger(xsArg(0));
	int baud = xsmcToInteger(xsArg(1));
	uart_stop_bits_t stopBits = xsmcToInteger(xsArg(2)) == 1 ? UART_STOP_BITS_1 : UART_STOP_BITS_2;

	if (uart_set_baudrate(port, baud) || uart_set_stop_bits(port, stopBits))
		xsUnknownError("the UART does not take the rate");
}

/* (port): whether a character of wrong parity has arrived since the last call. */
void xs_kassa_iso7816_damage(xsMachine *the)
{
	uart_dev_t *uart = UART_LL_GET_HW(xsmcToInteger(xsArg(0)));
	int damaged = (uart_ll_get_intraw_mask(uart) & UART_INTR_PARITY_ERR) != 0;

	if (damaged)
		uart_ll_clr_intsts_mask(uart, UART_INTR_PARITY_ERR);
	xsmcSetBoolean(xsResult, damaged);
}
