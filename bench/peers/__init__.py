"""Others doing the same work. Everything here runs in `.venv-bench`, from requirements.lock, never in our own
environment; each file is a program with the port as its argument.
"""
