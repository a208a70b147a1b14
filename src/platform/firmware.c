/*
	What the SDK's update module leaves out: the boot loader's way back. ESP-IDF, "Over The Air Updates", "App rollback"; needs
	CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE (docs/threat-model.md).
*/
#include "xsmc.h"
#include "app_update/include/esp_ota_ops.h"
#include "esp_system.h"

/* () -> whether what runs goes away at the next start unless it is confirmed */
void xs_kassa_firmware_on_trial(xsMachine *the)
{
	esp_ota_img_states_t state;
	esp_err_t err = esp_ota_get_state_partition(esp_ota_get_running_partition(), &state);

	xsmcSetBoolean(xsResult, (ESP_OK == err) && (ESP_OTA_IMG_PENDING_VERIFY == state));
}

/* () -> whether the image in the other place was tried and has not confirmed itself */
void xs_kassa_firmware_fallen_back(xsMachine *the)
{
	xsmcSetBoolean(xsResult, NULL != esp_ota_get_last_invalid_partition());
}

void xs_kassa_firmware_confirm(xsMachine *the)
{
	if (ESP_OK != esp_ota_mark_app_valid_cancel_rollback())
		xsUnknownError("the firmware cannot be confirmed");
}

/* Does not return. */
void xs_kassa_firmware_revert(xsMachine *the)
{
	if (ESP_OK != esp_ota_mark_app_invalid_rollback_and_reboot())
		xsUnknownError("there is no firmware to go back to");
}

/* Makes the other place the one of the next start; its image has been checked by the boot loader's code. */
void xs_kassa_firmware_try_next(xsMachine *the)
{
	const esp_partition_t *next = esp_ota_get_next_update_partition(NULL);

	if (!next || (ESP_OK != esp_ota_set_boot_partition(next)))
		xsUnknownError("the image cannot be started");
	esp_restart();
}
