"""Every setting once: its name, default, type and help, and the checks of its values."""

from .checks import ConfigError, load_secret
from .settings import SETTINGS, WORLD_SETTINGS, Config

__all__ = ["SETTINGS", "WORLD_SETTINGS", "Config", "ConfigError", "load_secret"]
