"""Calls of the control door beyond the first ones: a file for each family, with its own `CALLS`."""

from bot.emulator.controls import menu, phone, subscriptions, wecom
from bot.emulator.controls.call import Calls

CALLS: Calls = {**subscriptions.CALLS, **phone.CALLS, **menu.CALLS, **wecom.CALLS}
