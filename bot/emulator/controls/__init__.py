"""Calls of the control door beyond the first ones: a file for each family, with its own `CALLS`."""

from bot.emulator.controls import phone, subscriptions
from bot.emulator.controls.call import Calls

CALLS: Calls = {**subscriptions.CALLS, **phone.CALLS}
