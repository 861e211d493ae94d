"""The catalogue of MongoDB's refusals: a row per error code."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """A status, the vendor's `errorCode` and its sentence with a `{}` per parameter."""

    status: int
    code: str
    sentence: str


PROBLEMS = {
    problem.code: problem
    for problem in (
        Problem(
            400,
            "API_KEY_CREATED_GROUPS_MUST_HAVE_ORG",
            "Projects created by API keys must belong to an existing organization.",
        ),
        Problem(
            400,
            "DATADOG_NOT_SUPPORTED_FOR_CLOUD_MANAGER",
            "Datadog integration is not supported for Cloud Manager projects.",
        ),
        Problem(
            400,
            "EMAIL_OR_SMS_REQUIRED_FOR_GROUP_NOTIFICATION",
            "Email and/or SMS must be enabled for group notifications.",
        ),
        Problem(
            400,
            "EMAIL_OR_SMS_REQUIRED_FOR_USER_NOTIFICATION",
            "Email and/or SMS must be enabled for user notifications.",
        ),
        Problem(
            400,
            "HIPCHAT_NOT_SUPPORTED",
            "HipChat integration is only supported for Ops Manager projects.",
        ),
        Problem(400, "INVALID_ATTRIBUTE", "Invalid attribute {} specified."),
        Problem(
            400,
            "INVALID_DATADOG_API_KEY",
            "Datadog API key must consist of 32 hexadecimal digits.",
        ),
        Problem(400, "INVALID_ENUM_VALUE", "An invalid enumeration value {} was specified."),
        Problem(
            400,
            "INVALID_INTEGRATION_SETTINGS",
            "The provided settings for the {} integration were invalid: {}.",
        ),
        Problem(400, "INVALID_JSON", "Received JSON does not match expected format."),
        Problem(
            400,
            "INVALID_JSON_ATTRIBUTE",
            "Received JSON for the {} attribute does not match expected format.",
        ),
        Problem(
            400,
            "INVALID_PAGER_DUTY_SERVICE_KEY",
            "PagerDuty service key must consist of 32 hexadecimal digits.",
        ),
        Problem(400, "INVALID_QUERY_PARAMETER", "Invalid query parameter {} specified."),
        Problem(400, "INVALID_URL", "Invalid URL {}."),
        Problem(
            400,
            "MAX_GROUPS_PER_ORG_EXCEEDED",
            "Maximum number of groups per organization ({}) in {} exceeded while trying to "
            "add group.",
        ),
        Problem(400, "MISSING_ATTRIBUTE", "The required attribute {} was not specified."),
        Problem(
            400,
            "MISSING_NOTIFICATIONS",
            "At least one notification must be specified for an alert configuration.",
        ),
        Problem(
            400,
            "NOTIFICATION_INTERVAL_OUT_OF_RANGE",
            "Notifications must have an internal of at least 5 minutes.",
        ),
        Problem(
            400,
            "NOTIFICATION_TYPE_IS_GLOBAL_ONLY",
            "At least one notification is a type that is only available for global alert "
            "configurations.",
        ),
        Problem(
            400,
            "TOO_MANY_GROUP_NOTIFICATIONS",
            "At most one group notification can be specified for an alert configuration.",
        ),
        Problem(400, "UNSUPPORTED_NOTIFICATION_TYPE", "Notification type {} is unsupported."),
        Problem(
            400,
            "WEBHOOK_NOTIFICATIONS_PRESENT",
            "Webhook settings cannot be deleted when notifications for this integration are "
            "present.",
        ),
        Problem(
            400,
            "WEBHOOK_URL_NOT_SET",
            "Webhook URL must be set in the group before adding webhook notifications.",
        ),
        Problem(
            401,
            "NOT_IN_GROUP",
            "The current user is not in the group, or the group does not exist.",
        ),
        Problem(401, "USER_UNAUTHORIZED", "Current user is not authorized to perform this action."),
        Problem(
            403,
            "IP_ADDRESS_NOT_ON_ACCESS_LIST",
            "IP address {} is not allowed to access this resource.",
        ),
        Problem(
            404,
            "ALERT_CONFIG_NOT_FOUND",
            "No alert configuration with ID {} exists in group {}.",
        ),
        Problem(404, "GROUP_NAME_NOT_FOUND", 'No group with name "{}" exists.'),
        Problem(404, "GROUP_NOT_FOUND", "No group with ID {} exists."),
        Problem(
            404,
            "INTEGRATION_NOT_CONFIGURED",
            "The integration of type '{}' is not configured for this group.",
        ),
        Problem(
            404,
            "INVALID_ALERT_CONFIG_ID",
            "An invalid alert configuration ID {} was specified.",
        ),
        Problem(404, "INVALID_GROUP_ID", "An invalid group ID {} was specified."),
        Problem(404, "ORG_NAME_NOT_FOUND", "No organization with name {} exists."),
        Problem(404, "ORG_NOT_FOUND", "No organization with ID {} exists."),
        Problem(404, "RESOURCE_NOT_FOUND", "Cannot find resource {}."),
        Problem(
            405,
            "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES",
            "Create, update, and delete API endpoints are disabled "
            "while the system is being upgraded.",
        ),
        Problem(406, "INVALID_VERSION_DATE", "Invalid accept header or version date."),
        Problem(409, "GROUP_ALREADY_EXISTS", 'A group with name "{}" already exists.'),
        Problem(
            409,
            "INTEGRATION_ALREADY_CONFIGURED",
            "The integration of type '{}' is already configured for this group.",
        ),
        Problem(429, "RATE_LIMITED", "Resource {} is limited to {} requests every {} minutes."),
        Problem(500, "UNEXPECTED_ERROR", "Unexpected error."),
    )
}
