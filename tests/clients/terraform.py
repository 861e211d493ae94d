"""MongoDB's Terraform provider, driven by Terraform in a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .conftest import Target
from .toolchain import published_program, tool

PACKAGE = "github.com/mongodb/terraform-provider-mongodbatlas"
PROJECT = "${mongodbatlas_project.this.id}"

Attributes = dict[str, Any]

# Of each type: what is applied, what is changed, and what the provider reads back masked,
# or not at all, so that a plan has to leave it alone.
TYPES: dict[str, tuple[Attributes, Attributes, list[str]]] = {
    "PAGER_DUTY": (
        {"service_key": "0123456789abcdef0123456789abcdef", "region": "US"},
        {"service_key": "fedcba9876543210fedcba9876543210", "region": "EU"},
        ["service_key"],
    ),
    "DATADOG": (
        {"api_key": "0123456789abcdef0123456789abcdef", "region": "US"},
        {"region": "EU"},
        ["api_key"],
    ),
    "NEW_RELIC": (
        {
            "license_key": "0123456789abcdef0123456789abcdef01234567",
            "account_id": "1234567",
            "write_token": "write-0123456789",
            "read_token": "read-0123456789",
        },
        {"account_id": "7654321"},
        [],
    ),
    "OPS_GENIE": (
        {"api_key": "00000000-aaaa-2222-bbbb-333333333311", "region": "US"},
        {"region": "EU"},
        ["api_key"],
    ),
    "VICTOR_OPS": (
        {"api_key": "fa07bbc8-1111-2222-3333-daed47dc1c11", "routing_key": "first"},
        {"routing_key": "second"},
        ["api_key"],
    ),
    "WEBHOOK": (
        {"url": "https://example.com/hooks/first", "secret": "51c0ef87e9951c3e147accf0e12101"},
        {"url": "https://example.com/hooks/second"},
        ["url", "secret"],
    ),
    "MICROSOFT_TEAMS": (
        {"microsoft_teams_webhook_url": "https://example.com/teams/first"},
        {"microsoft_teams_webhook_url": "https://example.com/teams/second"},
        ["microsoft_teams_webhook_url"],
    ),
    "PROMETHEUS": (
        {
            "user_name": "prometheus",
            "password": "correct horse",
            "service_discovery": "http",
            "scheme": "http",
            "enabled": True,
        },
        {"user_name": "prometheus-2"},
        ["scheme", "password"],
    ),
}


class Terraform:
    """A folder with a project and one integration of each type, in Terraform's JSON syntax."""

    def __init__(self, target: Target, folder: Path, types: set[str]) -> None:
        self.target, self.folder, self.types = target, folder, sorted(types)
        self.program = tool("terraform")
        provider = published_program("provider", PACKAGE)
        overrides = f'dev_overrides {{ "mongodb/mongodbatlas" = "{provider.parent}" }}'
        settings = folder / "terraform.rc"
        settings.write_text(f"provider_installation {{\n  {overrides}\n  direct {{}}\n}}\n")
        self.settings = {"TF_CLI_CONFIG_FILE": str(settings), "TF_IN_AUTOMATION": "1"}

    def write(self, *, changed: bool = False, settled: bool = True) -> None:
        """Declare everything; `settled` lets plans leave alone what cannot be read back."""
        integrations = {
            name.lower(): {
                "project_id": PROJECT,
                "type": name,
                **first,
                **(second if changed else {}),
                "lifecycle": {"ignore_changes": unreadable if settled else []},
            }
            for name, (first, second, unreadable) in TYPES.items()
            if name in self.types
        }
        project = {
            "name": "Terraform",
            "org_id": self.target.variables["MONGODB_ATLAS_ORG_ID"],
            "is_data_explorer_enabled": not changed,
            "lifecycle": {"ignore_changes": ["with_default_alerts_settings"]},
        }
        self._declare(
            mongodbatlas_project={"this": project},
            mongodbatlas_third_party_integration=integrations,
            mongodbatlas_alert_configuration=_alerts(enabled=not changed),
        )

    def __call__(self, *arguments: str) -> str:
        """What a Terraform command prints."""
        environment = {**self.target.environment, **self.target.variables, **self.settings}
        return self.target.run(self.program, *arguments, cwd=self.folder, environment=environment)

    def apply(self) -> None:
        """Make it so."""
        self("apply", "-auto-approve", "-no-color")

    def group_id(self) -> str:
        """The project that was made."""
        root = json.loads(self("show", "-json"))["values"]["root_module"]
        (project,) = (r for r in root["resources"] if r["type"] == "mongodbatlas_project")
        return str(project["values"]["id"])

    def adopt(self, address: str, identifier: str) -> None:
        """Forget something, and import it."""
        self("state", "rm", address)
        self("import", "-no-color", address, identifier)

    def plan_is_empty(self) -> bool:
        """Whether a plan finds nothing to do: any other exit code than 0 fails the test."""
        return "No changes." in self("plan", "-detailed-exitcode", "-no-color")

    def _declare(self, **resources: Any) -> None:
        provider = {"mongodbatlas": {"source": "mongodb/mongodbatlas"}}
        declared = {kind: named for kind, named in resources.items() if named}
        main = {
            "terraform": {"required_providers": provider},
            "resource": declared,
            "data": {"mongodbatlas_third_party_integrations": {"all": {"project_id": PROJECT}}},
        }
        (self.folder / "main.tf.json").write_text(json.dumps(main, indent=2))


def _alerts(*, enabled: bool) -> dict[str, Any]:
    """An alert to people, and one to an integration, whose key is masked when it is read."""
    key = {"type_name": "PAGER_DUTY", "service_key": "0123456789abcdef0123456789abcdef"}
    people = {"type_name": "GROUP", "email_enabled": True, "roles": ["GROUP_OWNER"]}
    every = {"project_id": PROJECT, "event_type": "NO_PRIMARY"}
    return {
        "people": {
            **every,
            "enabled": enabled,
            "notification": [{**people, "interval_min": 5, "delay_min": 0}],
        },
        "pager_duty": {
            **every,
            "enabled": True,
            "notification": [{**key, "delay_min": 0}],
            "lifecycle": {"ignore_changes": ["notification"]},
        },
    }
