"""The account's menu as somebody keeps it: a file, what is wrong with it, how it differs, and the ones before it."""
