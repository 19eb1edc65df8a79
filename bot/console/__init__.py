"""The admin console: for now what programs may ask, under `/console/api`."""
