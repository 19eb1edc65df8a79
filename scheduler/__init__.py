"""What happens by the clock: planning what falls due, and delivering it.

The scheduler knows the platform's rules (routes, windows, quotas) but neither its wire formats nor any
wording; what it needs of the outside world it asks for through `scheduler.messenger`. It may import `models`,
never `bot`. Two steps for anything due: `tick` decides and writes rows, `deliver` sends them.
"""
