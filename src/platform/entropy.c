/* Entropy of the platform: the hardware generator of the ESP32, getrandom(2) on Linux. */
#include "xsmc.h"
#if ESP32
	#include "bootloader_random.h"
	#include "esp_random.h"
	#include "esp_wifi.h"
#else
	#include <errno.h>
	#include <sys/random.h>
#endif

#if ESP32
/*
	The generator is fed by noise of the radio while that is on, else by the one that the boot loader uses, which must be
	off again before the radio or the analogue converter start (ESP-IDF, "Random Number Generation").
*/
static void fill(uint8_t *bytes, int length)
{
	wifi_mode_t mode;
	int isRadioOn = (ESP_OK == esp_wifi_get_mode(&mode)) && (WIFI_MODE_NULL != mode);

	if (!isRadioOn)
		bootloader_random_enable();
	esp_fill_random(bytes, length);
	if (!isRadioOn)
		bootloader_random_disable();
}
#endif

/* (count) -> ArrayBuffer of `count` samples, a byte each; throws when the platform has no entropy. */
void xs_kassa_entropy(xsMachine *the)
{
	int length = xsmcToInteger(xsArg(0));
	uint8_t *bytes;

	if (length < 0)
		xsRangeError("negative count");
	bytes = xsmcSetArrayBuffer(xsResult, NULL, length);
#if ESP32
	fill(bytes, length);
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
