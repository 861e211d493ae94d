"""The document of a seed: a built-in one, a JSON or YAML file, or a folder of such files."""

from functools import reduce
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from .seed_errors import SeedError

BUILT_IN = ("demo", "empty")
_YAML = (".yaml", ".yml")


def read_document(name: str) -> Any:
    """The document of a seed, unchecked; raises SeedError.

    The files of a folder are joined in the order of their names: lists one after the other, of
    other values the last. A folder without such files is the demo.
    """
    if name in BUILT_IN:
        return orjson.loads(files("opsemu.data").joinpath(f"{name}.json").read_bytes())
    path = Path(name)
    if not path.is_dir():
        return _read_file(path)
    parts = [each for each in sorted(path.iterdir()) if each.suffix in (".json", *_YAML)]
    return reduce(_joined, map(_read_file, parts)) if parts else read_document("demo")


def _read_file(path: Path) -> Any:
    try:
        content = path.read_bytes()
        return _parse_yaml(content) if path.suffix in _YAML else orjson.loads(content)
    except OSError as error:
        raise SeedError(f"seed {path}: {error.strerror}") from None
    except ImportError:
        raise SeedError(f"seed {path}: YAML needs pyyaml, of the extra `yaml`") from None
    except ValueError as error:  # of JSON or YAML
        raise SeedError(f"seed {path}: {error}") from None


def _parse_yaml(content: bytes) -> Any:
    import yaml

    try:
        return yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None


def _joined(first: Any, second: Any) -> Any:
    """Two documents as one; what is no object is left for the seed's check to refuse."""
    if not (isinstance(first, dict) and isinstance(second, dict)):
        return second if isinstance(first, dict) else first
    both = {name: first[name] + second[name] for name in first if _are_lists(first, second, name)}
    return {**first, **second, **both}


def _are_lists(first: dict[str, Any], second: dict[str, Any], name: str) -> bool:
    return isinstance(first[name], list) and isinstance(second.get(name), list)
