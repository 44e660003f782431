"""`python -m benchmarks [NAME…]`: run all benchmarks, or those named, one after the other; exit 1 when one failed."""

import argparse
import importlib
import sys
import time
import traceback
from collections.abc import Sequence
from typing import Final

NAMES: Final = (
    "journal",
    "core",
    "replay",
    "peers",
    "first",
    "network",
    "plan",
    "durable",
    "http",
    "boards",
    "restart",
    "catalogue",
    "report",
)


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0 when all ran to their end."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Run benchmarks; all of them by default.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args(arguments).names or list(NAMES)
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    failed = [name for name in names if not is_run(name)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def is_run(name: str) -> bool:
    """Whether a benchmark ran to its end; what stopped it is printed, and the next one may run."""
    print(f"\n=== {name} ===", flush=True)
    began = time.perf_counter()
    # A benchmark reads its own options; those given here are not for it.
    sys.argv = [f"benchmarks.{name}"]
    try:
        importlib.import_module(f"benchmarks.{name}").main()
    except (Exception, SystemExit):
        traceback.print_exc()
        return False
    print(f"({time.perf_counter() - began:.0f} s)", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
