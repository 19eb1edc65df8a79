"""The admin console: the way in and out, and what programs may ask, under `/console/api`."""
