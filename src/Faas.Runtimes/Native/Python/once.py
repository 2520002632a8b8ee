"""Stands before a script that has a process to itself: ``python3 once.py FILE``.

Compiles FILE, waits on descriptor 3 for the job (its form stands at OneShotProcess), makes arguments and environment
the job's, and runs FILE as ``__main__``, as the interpreter would without us.
"""

import json
import os
import struct
import sys
import time
import types
from importlib.machinery import SourceFileLoader

JOB = 3


def read(count):
    data = b""
    while len(data) < count:
        piece = os.read(JOB, count - len(data))
        if not piece:
            os._exit(0)  # nobody has a use for us
        data += piece
    return data


def compile_file(path):
    """The code, or what keeps it from being compiled."""
    try:
        with open(path, "rb") as f:
            return compile(f.read(), path, "exec", dont_inherit=True), None
    except BaseException as error:
        return None, error


def receive():
    os.write(JOB, b"R")
    total, header = struct.unpack("<II", read(8))
    job = json.loads(read(total - 4)[:header])
    os.close(JOB)
    return job


def main(path):
    code, failure = compile_file(path)
    job = receive()
    os.environ.clear()
    os.environ.update(job["env"])
    time.tzset()
    sys.argv = [path, *job["args"]]
    sys.path[0] = os.path.dirname(path)
    module = types.ModuleType("__main__")
    module.__file__ = path
    module.__builtins__ = __builtins__
    module.__cached__ = None
    module.__loader__ = SourceFileLoader("__main__", path)
    sys.modules["__main__"] = module
    try:
        if failure is not None:
            raise failure.with_traceback(None)
        exec(code, module.__dict__)
    except SystemExit:
        raise
    except BaseException as error:
        trace = error.__traceback__.tb_next  # without this file's own frame
        error.__traceback__ = trace
        sys.excepthook(type(error), error, trace)
        sys.exit(1)


main(sys.argv[1])
