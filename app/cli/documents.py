"""JSON and YAML files that verbs send to a server."""

import json
from typing import Any, TextIO

import click


def read_document(file: TextIO) -> Any:
    """The JSON in a file, or the YAML if its name ends in .yaml or .yml; raises ClickException."""
    kind = "YAML" if file.name.endswith((".yaml", ".yml")) else "JSON"
    try:
        return _load_yaml(file) if kind == "YAML" else json.load(file)
    except ImportError:
        raise click.ClickException(f"{file.name}: YAML needs `pip install pyyaml`") from None
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise click.ClickException(f"{file.name} is not {kind}: {reason}") from None


def _load_yaml(file: TextIO) -> Any:
    import yaml

    try:
        return yaml.safe_load(file)
    except yaml.YAMLError as error:
        raise ValueError(error) from None
