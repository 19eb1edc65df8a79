"""What people write, brought nearer to the words of the tables: script, politeness, other wordings, slips. Pure."""
