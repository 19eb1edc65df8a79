"""One file per kind of plan: rows in, rows out."""
