"""What a person can do by writing: one file per intent, one function per command.

Most handlers are `handle(db, turn) -> Answer`, in a transaction of their own. A hot one is `decide(turn) -> Answer`,
pure: it names the rows to write, and shares a transaction with many others.
"""
