"""The worker: the processes that run the variants, in which they are timed, counted, sampled or profiled.

The folder is run by path, on any interpreter from Python 3.9 on and with the standard library alone: its modules import
each other relatively, and nothing else of wfperf. So what is measured may come from any source tree, environment or
interpreter, and nothing of wfperf's own path reaches it. A profiler is the one of that environment.

A module is imported where it is first needed: a process that times holds no code that counts or profiles.
"""
