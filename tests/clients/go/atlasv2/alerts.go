package main

import (
	"go.mongodb.org/atlas-sdk/v20250312020/admin"

	"opsemu.test/clients/check"
	"opsemu.test/clients/samples"
)

func alertConfigurations(client *admin.APIClient, groupID string) {
	for _, notification := range samples.Notifications[admin.AlertsNotificationRootForGroup]() {
		alertConfiguration(client.AlertConfigurationsApi, groupID, notification)
	}
	referring(client, groupID)
}

func alertConfiguration(api admin.AlertConfigurationsApi, groupID string, notification admin.AlertsNotificationRootForGroup) {
	made := createAlert(api, groupID, notification)
	changeAlert(api, groupID, made)
	_, err := api.DeleteAlertConfig(ctx, groupID, made.GetId()).Execute()
	check.OK(err, "deleting an alert")
	_, _, err = api.GetAlertConfig(ctx, groupID, made.GetId()).Execute()
	check.That(admin.IsErrorCode(err, "ALERT_CONFIG_NOT_FOUND"), "reading it afterwards: %v", err)
}

func createAlert(api admin.AlertConfigurationsApi, groupID string, notification admin.AlertsNotificationRootForGroup) *admin.GroupAlertsConfig {
	body := &admin.GroupAlertsConfig{
		EventTypeName: admin.PtrString("NO_PRIMARY"),
		Enabled:       admin.PtrBool(true),
		Notifications: &[]admin.AlertsNotificationRootForGroup{notification},
	}
	made, _, err := api.CreateAlertConfig(ctx, groupID, body).Execute()
	check.OK(err, "creating an alert for "+notification.GetTypeName())
	first := made.GetNotifications()[0]
	check.That(first.GetTypeName() == notification.GetTypeName(), "it notifies %s", first.GetTypeName())
	check.That(first.GetNotifierId() != "", "the notification has no notifierId")
	return made
}

// changeAlert sends a notifierId in place of the key, which is shown masked.
func changeAlert(api admin.AlertConfigurationsApi, groupID string, made *admin.GroupAlertsConfig) {
	toggled, _, err := api.ToggleAlertConfig(ctx, groupID, made.GetId(), &admin.AlertsToggle{Enabled: admin.PtrBool(false)}).Execute()
	check.OK(err, "disabling an alert")
	check.That(!toggled.GetEnabled(), "the alert is still enabled")
	toggled.SetEventTypeName("PRIMARY_ELECTED")
	first := toggled.GetNotifications()[0]
	toggled.SetNotifications([]admin.AlertsNotificationRootForGroup{{
		TypeName: first.TypeName, NotifierId: first.NotifierId, IntervalMin: first.IntervalMin,
	}})
	_, _, err = api.UpdateAlertConfig(ctx, groupID, made.GetId(), toggled).Execute()
	check.OK(err, "updating an alert for "+made.GetNotifications()[0].GetTypeName())
	listed, _, err := api.ListAlertConfigs(ctx, groupID).Execute()
	check.OK(err, "listing alerts")
	for _, each := range listed.GetResults() { // beside the default ones of a new project
		if each.GetId() == made.GetId() {
			check.That(each.GetEventTypeName() == "PRIMARY_ELECTED", "the event is another")
			return
		}
	}
	check.That(false, "the alert is not listed")
}

// referring has an alert use an integration's key instead of one of its own.
func referring(client *admin.APIClient, groupID string) {
	pagerDuty := samples.All[admin.ThirdPartyIntegration]()[0].Create
	create(client.ThirdPartyIntegrationsApi, groupID, &pagerDuty)
	found, _, err := client.ThirdPartyIntegrationsApi.GetGroupIntegration(ctx, groupID, pagerDuty.GetType()).Execute()
	check.OK(err, "reading "+pagerDuty.GetType())
	alertConfiguration(client.AlertConfigurationsApi, groupID, admin.AlertsNotificationRootForGroup{
		TypeName: pagerDuty.Type, IntegrationId: found.Id,
	})
}
