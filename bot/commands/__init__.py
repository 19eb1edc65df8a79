"""What the operator does from a terminal.

A command that writes is one function of `table.py`: it takes a running product and plain arguments, and yields events
(`events.py`). `perform.py` decides which process runs it. On SQLite one process owns the file (`ownership.py`): where
a server does, the command goes to it through a socket (`door.py`); otherwise this process takes the file over for as
long as the command runs. On PostgreSQL it always runs itself. `screen.py` shows the events, `serve.py` holds the
servers, and `bot/__main__.py` the words that are typed.
"""
