"""Small servers to compare with, each a script that is run by `python FILE PORT …`."""
