"""Seeds and catalogues, as data."""
