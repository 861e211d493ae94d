"""Resources that are rows of a table: documents kept and given back, without views."""
