/* Entropy of the platform: the radio-fed generator of the ESP32, getrandom(2) on Linux. */
#include "xsmc.h"
#if ESP32
	#include "esp_random.h"
#else
	#include <errno.h>
	#include <sys/random.h>
#endif

/* (length) -> ArrayBuffer of `length` unpredictable bytes; throws when the platform has no entropy. */
void xs_kassa_random(xsMachine *the)
{
	int length = xsmcToInteger(xsArg(0));
	uint8_t *bytes;

	if (length < 0)
		xsRangeError("negative length");
	bytes = xsmcSetArrayBuffer(xsResult, NULL, length);
#if ESP32
	/* True entropy while the radio is on (ESP-IDF, "Random Number Generation"). */
	esp_fill_random(bytes, length);
#else
	while (length > 0) {
		ssize_t count = getrandom(bytes, length, 0);
		if (count < 0) {
			if (EINTR == errno)
				continue;
			xsUnknownError("no entropy");
		}
		bytes += count;
		length -= count;
	}
#endif
}
