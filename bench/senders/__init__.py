"""Programs that send customer-service texts to the emulated platform, each to followers of its own, one text each.

Arguments: the platform's port, how many messages, and after how many seconds to stop. Each prints its findings as
JSON: `sent`, `seconds`, `cpu_seconds`.
"""
