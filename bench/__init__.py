"""Benchmarks: how fast the product is, beside others doing the same work in the same run. See `__main__`."""
