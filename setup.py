"""The package's description: README with links that work on a package index.

Everything else about the package is in setup.cfg.
"""

import re
from configparser import ConfigParser
from pathlib import Path

from setuptools import setup

FOLDER = Path(__file__).parent

config = ConfigParser()
config.read(FOLDER / "setup.cfg")
pages = f"{config['metadata']['url']}/blob/main/"
readme = (FOLDER / "README.md").read_text(encoding="utf-8")

setup(
    long_description=re.sub(r"\]\((?!https?:|#)", f"]({pages}", readme),
    long_description_content_type="text/markdown",
)
