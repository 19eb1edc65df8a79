"""What is wrong with this installation, and what cures it: the checks behind `chenzhong doctor`.

Reads only, beside a running server too: it changes no data and forces no token. `examination.py` lists the checks and
runs them, `finding.py` all they can find; the other files hold the checks, by what they look at. What a finding says is
in `bot/texts/sentences/doctor.toml`, its cure beside it.
"""
