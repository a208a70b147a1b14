/*
 * ISO/IEC 7816-3, 7.2: a character has even parity and a guard time of 2 etu. `embedded:io/serial` opens a UART without
 * parity and with 1 stop bit; this sets the rest.
 */
#include "xsmc.h"
#include "driver/uart.h"

/* (port, odd): parity as the line carries it, 2 stop bits. */
void xs_kassa_iso7816_uart(xsMachine *the)
{
	int port = xsmcToInteger(xsArg(0));
	uart_parity_t parity = xsmcTest(xsArg(1)) ? UART_PARITY_ODD : UART_PARITY_EVEN;

	if (uart_set_parity(port, parity) || uart_set_stop_bits(port, UART_STOP_BITS_2))
		xsUnknownError("the UART does not take the character frame");
}
