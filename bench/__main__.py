"""`python -m bench`: runs the benchmarks, prints a table of each, and writes it to `bench/results/`.

To add a benchmark: a file beside this one with `run(options) -> Report`, and a line in the table; one that
shows and keeps its figures itself returns None.
"""

import sys
from collections.abc import Callable

from bench import checkin, likeness, queue, sending, understanding
from bench.machine import Failed
from bench.options import Options, parse
from bench.reach import report as reach
from bench.report import Report, keep, show

BENCHMARKS: dict[str, Callable[[Options], Report | None]] = {
    "checkin": checkin.run,
    "sending": sending.run,
    "memory": queue.memory,
    "claims": queue.claims,
    "reach": reach.run,
    "likeness": likeness.run,
    "understanding": understanding.run,
}


def main() -> None:
    """Runs what was asked for; ends with 1 if a benchmark could not be trusted."""
    names, options = parse(sys.argv[1:], BENCHMARKS)
    for name in names:
        try:
            report = BENCHMARKS[name](options)
        except Failed as error:
            sys.exit(f"{name}: {error}")
        if report is not None:
            show(report)
            keep(report)


if __name__ == "__main__":
    main()
