"""The worker: processes that run the variants, and time, count, sample or profile them.

An interpreter from Python 3.9 on runs the folder by path, with the standard library alone: its modules import each
other relatively, and nothing else of wfperf. So variants may come from any source tree, environment or interpreter, and
wfperf's own path does not reach them. A profiler is the one of their environment.

A module is imported when it is first needed: a process that times holds no code that counts or profiles.
"""
