package main

import (
	"go.mongodb.org/ops-manager/opsmngr"

	"opsemu.test/clients/check"
	"opsemu.test/clients/samples"
)

func alertConfigurations(api opsmngr.AlertConfigurationsService, groupID string) {
	for _, notification := range samples.Notifications[opsmngr.Notification]() {
		alertConfiguration(api, groupID, notification)
	}
}

func alertConfiguration(api opsmngr.AlertConfigurationsService, groupID string, notification opsmngr.Notification) {
	made := create(api, groupID, notification)
	change(api, groupID, made)
	remove(api, groupID, made.ID)
}

func create(api opsmngr.AlertConfigurationsService, groupID string, notification opsmngr.Notification) *opsmngr.AlertConfiguration {
	enabled := true
	delay := 0
	notification.DelayMin = &delay
	body := &opsmngr.AlertConfiguration{
		EventTypeName: "NO_PRIMARY",
		Enabled:       &enabled,
		Notifications: []opsmngr.Notification{notification},
	}
	made, _, err := api.Create(ctx, groupID, body)
	check.OK(err, "creating an alert for "+notification.TypeName)
	check.That(made.ID != "" && made.GroupID == groupID, "the alert made is %v", made)
	check.That(made.Notifications[0].TypeName == notification.TypeName, "it notifies %v", made.Notifications)
	check.That(made.Notifications[0].NotifierID != "", "the notification has no notifierId")
	check.That(made.Notifications[0].ServiceKey != "0123456789abcdef0123456789abcdef", "the key is shown")
	return made
}

func change(api opsmngr.AlertConfigurationsService, groupID string, made *opsmngr.AlertConfiguration) {
	enabled := false
	changed, _, err := api.EnableAnAlertConfig(ctx, groupID, made.ID, &enabled)
	check.OK(err, "disabling an alert")
	check.That(!*changed.Enabled, "the alert is still enabled")
	first := changed.Notifications[0]
	changed.Notifications = []opsmngr.Notification{
		{TypeName: first.TypeName, NotifierID: first.NotifierID, IntervalMin: first.IntervalMin},
	}
	changed.EventTypeName = "RESYNC_REQUIRED"
	changed.Created, changed.Updated, changed.GroupID, changed.ID = "", "", "", ""
	_, _, err = api.Update(ctx, groupID, made.ID, changed)
	check.OK(err, "updating an alert for "+made.Notifications[0].TypeName)
	found, _, err := api.GetAnAlertConfig(ctx, groupID, made.ID)
	check.OK(err, "reading an alert")
	check.That(found.EventTypeName == "RESYNC_REQUIRED", "the event is %s", found.EventTypeName)
	all, _, err := api.List(ctx, groupID, nil)
	check.OK(err, "listing alerts")
	check.That(len(all) > 0, "no alert is listed")
}

func remove(api opsmngr.AlertConfigurationsService, groupID, alertID string) {
	_, err := api.Delete(ctx, groupID, alertID)
	check.OK(err, "deleting an alert")
	_, _, err = api.GetAnAlertConfig(ctx, groupID, alertID)
	check.That(code(err) == "ALERT_CONFIG_NOT_FOUND", "reading it afterwards: %v", err)
}
