"""`python -m wfperf` is `wfperf`."""

from wfperf.cli import main

if __name__ == "__main__":
    main()
