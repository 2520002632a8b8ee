"""Warm parent of the Python functions of one worker.

Started once, with the interpreter up and common modules imported. It forks children that make namespaces of their own
and then wait for their one job, so that none of this happens while a caller waits. A script's child gets the
invocation's pipes as standard streams and runs the function as ``__main__``; a handler's child loads the module once
and then serves calls over a socket (a lane).

Usage: zygote.py CONTROL_FD NEST FUNCTIONS_FOLDER FILTER NETWORK
  CONTROL_FD        Unix stream socket to the worker; its end is this process's end.
  NEST              1: give each child a pid, mount, ipc and user namespace (needs CAP_SYS_ADMIN in our own user
                    namespace, which the sandbox around us grants); 0: there is no sandbox.
  FUNCTIONS_FOLDER  where function sources are written.
  FILTER            the filter of system calls that children install before they run anything of a function: a program
                    of struct sock_filter; "-" for none.
  NETWORK           own: with NEST, a network namespace for each child, with nothing in it but its loopback; shared: ours.

Worker to zygote, all numbers little-endian: u32 length of what follows | u32 length of header | header (JSON) | body.
Descriptors travel with the first byte (SCM_RIGHTS).
  {"op":"load","fn":ID,"file":NAME}  body = source
  {"op":"drop","fn":ID}
  {"op":"fork"}                      descriptor: job
Zygote to worker, on the same socket: one byte, "R" when it is ready, and after each load "R", or "F" when the file
could not be written whole. The worker counts what lies in FUNCTIONS_FOLDER; .code in it is ours, for compiled code.
Worker to child, in the same form on the job socket, which the child and the zygote share:
  {"op":"run","fn":ID,"file":NAME,"args":[..],"env":{..},"memory":N,"cwd":PATH}  descriptors: stdin, stdout, stderr
  {"op":"serve","fn":ID,"file":NAME,"memory":N,"cwd":PATH}                       descriptor: lane
Back to the worker: i32 wait status | i64 peak memory in bytes, from a script's child that has come to its end (what
the kernel then does to take it and its namespaces apart is waited for by nobody), else from the zygote that reaped it.
The end of the worker's side of the job socket means "kill it".

Lane, both ways: u32 length of payload | u8 type | payload.
  worker: 'I' u32 header length | header {"args","env","id","function","deadlineMs"} | body ; 'D' more body ; 'E' end of body
  guest:  'O' output ; 'R' log ; 'X' i32 exit code | u8 1 = ran out of memory | u8 next (0 ready, 1 replace me,
          2 cleaning up: an 'N' frame follows when ready) ; 'N' first of all, from a guest that is started for its lanes
"""

import _posixsubprocess  # noqa: F401  (imported for the children, as are those below)
import asyncio  # noqa: F401
import atexit
import base64  # noqa: F401
import collections  # noqa: F401
import ctypes
import datetime  # noqa: F401
import errno
import fcntl
import functools  # noqa: F401
import hashlib  # noqa: F401
import inspect
import io
import itertools  # noqa: F401
import json
import marshal
import math  # noqa: F401
import os
import random  # noqa: F401  (seeds itself anew after a fork)
import re  # noqa: F401
import resource
import select
import signal
import socket
import struct
import subprocess  # noqa: F401
import sys
import threading
import time
import traceback
import types
import urllib.parse  # noqa: F401
import uuid  # noqa: F401

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
SIOCSIFFLAGS, IFF_UP = 0x8914, 1

TEMPORARY_BYTES = 64 << 20     # /tmp of one child
CHILD_OPEN_FILES = 256
CHILD_PROCESSES = 64           # processes and threads of one child
STACK_BYTES = 8 << 20
CODE_BYTES = 8 << 20           # of compiled code kept for one function (LoadedFunctions.CodeBytes)

# What the kernel counts by user, of which one child may have a part; docs/OPERATIONS.md has the whole table.
CHILD_INOTIFY_INSTANCES = 4
CHILD_INOTIFY_WATCHES = 1024
CHILD_PENDING_SIGNALS = 256
CHILD_LOCKED_BYTES = 64 << 10
RLIMIT_SIGPENDING, RLIMIT_MSGQUEUE = 11, 12  # which the resource module has no names for

libc = ctypes.CDLL(None, use_errno=True)
libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong]
libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]


def check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def write_file(path, text):
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text)
    finally:
        os.close(fd)


CAPABILITY_HEADER = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
NO_CAPABILITIES = (ctypes.c_uint32 * 6)()


def isolate():
    """Runs in a fresh child: everything the sandbox around the zygote shares between its children is made its own."""
    user, group = os.getuid(), os.getgid()
    check(libc.unshare(CLONE_NEWNS | CLONE_NEWIPC), "unshare")
    # Our mounts must not travel back to the zygote.
    check(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "private")
    check(libc.mount(b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None), "proc")
    check(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", MS_NOSUID | MS_NODEV, b"mode=1777,size=%d,nr_inodes=16384" % TEMPORARY_BYTES), "tmp")
    # A user namespace of its own: processes are counted in it, and no capability reaches outside. With it a second
    # mount namespace that it owns, in which the function's folder can still be put in place when it is known.
    check(libc.unshare(CLONE_NEWUSER | CLONE_NEWNS | (CLONE_NEWNET if own_network else 0)), "unshare user")
    write_file("/proc/self/setgroups", b"deny")
    write_file("/proc/self/uid_map", b"%d %d 1" % (user, user))
    write_file("/proc/self/gid_map", b"%d %d 1" % (group, group))
    write_file("/proc/sys/user/max_inotify_instances", b"%d" % CHILD_INOTIFY_INSTANCES)
    write_file("/proc/sys/user/max_inotify_watches", b"%d" % CHILD_INOTIFY_WATCHES)
    if own_network:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


def close_in(function):
    """The last of the isolation: the function's folder over all functions' folders, and no capability any more."""
    source = os.fsencode(os.path.join(functions_folder, function))
    target = os.fsencode(functions_folder)
    check(libc.mount(source, target, None, MS_BIND, None), "bind")
    check(libc.mount(None, target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, None), "read-only")
    drop_capabilities()


def drop_capabilities():
    check(libc.capset(CAPABILITY_HEADER, NO_CAPABILITIES), "capset")


class FilterProgram(ctypes.Structure):
    """struct sock_fprog"""
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def read_filter(path):
    if path == "-":
        return None
    with open(path, "rb") as f:
        code = f.read()
    return FilterProgram(len(code) // 8, code)


def install_filter():
    """
    For good, and for all that this process starts. Ahead of demand, since the kernel takes 0.1 to 0.2 ms to translate
    it: the one mount that is still to be made is allowed by it, and refused by the kernel once there is no capability.
    """
    if system_call_filter is not None:
        check(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(system_call_filter), 0, 0), "filter")


def address_space():
    with open("/proc/self/statm", "rb") as f:
        return int(f.read().split()[0]) * 4096


def prepare_child():
    """All that can be done before the job is known: own session and namespaces, nobody else's descriptors, limits."""
    os.setsid()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # as CPython starts
    if nest:
        isolate()
    else:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    install_filter()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (CHILD_OPEN_FILES, CHILD_OPEN_FILES))
    if nest:
        resource.setrlimit(resource.RLIMIT_NPROC, (CHILD_PROCESSES, CHILD_PROCESSES))
        resource.setrlimit(RLIMIT_SIGPENDING, (CHILD_PENDING_SIGNALS, CHILD_PENDING_SIGNALS))
        resource.setrlimit(RLIMIT_MSGQUEUE, (0, 0))
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (CHILD_LOCKED_BYTES, CHILD_LOCKED_BYTES))
    # Streams over descriptors whose files come with the job; those here are pipes as well.
    os.dup2(0, 1)
    os.dup2(0, 2)
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(open(0, "rb", closefd=False), encoding="utf-8", errors="surrogateescape")
    sys.stdout = sys.__stdout__ = io.TextIOWrapper(open(1, "wb", closefd=False), encoding="utf-8", errors="surrogateescape")
    sys.stderr = sys.__stderr__ = io.TextIOWrapper(
        open(2, "wb", 0, closefd=False), encoding="utf-8", errors="backslashreplace", line_buffering=True, write_through=True)
    rehearse()
    return address_space()


REHEARSAL = marshal.dumps(compile("import sys\nsys.stdout.flush()", "code.py", "exec"))


def rehearse():
    """Does once, to no effect, what a job will do: the pages that this writes to are copied now, not while a caller waits."""
    job = json.loads('{"op":"run","fn":"none","file":"code.py","args":["a"],"env":{"FAAS_FUNCTION":"none"},"memory":1,"cwd":"/tmp"}')
    source_path(job)
    set_environment(job["env"])
    set_environment({})
    time.tzset()
    exec(marshal.loads(REHEARSAL), types.ModuleType("__main__").__dict__)
    sys.stdout.flush()
    struct.pack("<iq", 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    libc.mount(b"", b"", None, MS_BIND, None)
    libc.capget(CAPABILITY_HEADER, (ctypes.c_uint32 * 6)())
    resource.setrlimit(resource.RLIMIT_AS, resource.getrlimit(resource.RLIMIT_AS))
    os.chdir("/")
    try:
        load_code(job, -1)
    except OSError:
        pass


def enter(job, space):
    """Makes the child that function's alone, and only then loads its code. The code, or why there is none."""
    code = failure = None
    limit = space + job["memory"] + STACK_BYTES  # what the interpreter has now plus what the function may use
    cache = open_code(job)
    if nest:
        close_in(job["fn"])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        code = load_code(job, cache)
    except BaseException:
        failure = sys.exc_info()
    if cache >= 0:
        os.close(cache)
    os.chdir(job["cwd"])
    path = source_path(job)
    sys.path.insert(0, os.path.dirname(path))
    return path, code, failure


def source_path(job):
    return os.path.join(functions_folder, job["file"]) if nest else os.path.join(functions_folder, job["fn"], job["file"])


def open_code(job):
    """
    The file of the function's compiled code, beside all functions' folders, where no function gets to: closed again
    before anything of the function runs. What is in it is looked at only by that function's own children.
    """
    try:
        return os.open(os.path.join(functions_folder, ".code", job["fn"]), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return -1  # no room: it is compiled each time


def load_code(job, cache):
    """
    Compiles once per function: the first child leaves the code behind for the next ones. The file begins with the
    length of what follows, which is written last; with anything else in it, or nothing, there is no code yet.
    """
    if cache >= 0:
        stored = os.pread(cache, os.fstat(cache).st_size, 0)
        if len(stored) > 8 and struct.unpack_from("<Q", stored)[0] == len(stored) - 8:
            return marshal.loads(memoryview(stored)[8:])
    path = source_path(job)
    with open(path, "rb") as f:
        source = f.read()
    code = compile(source, path, "exec", dont_inherit=True)
    if cache >= 0:
        store_code(cache, marshal.dumps(code))
    return code


def store_code(cache, content):
    if len(content) > CODE_BYTES - 4096:
        return
    try:
        fcntl.flock(cache, fcntl.LOCK_EX | fcntl.LOCK_NB)  # by one child at a time; closing the file gives it back
        if os.fstat(cache).st_size == 0 or os.pread(cache, 8, 0) == bytes(8):
            os.ftruncate(cache, 0)
            if os.pwrite(cache, content, 8) == len(content):
                os.pwrite(cache, struct.pack("<Q", len(content)), 0)
    except OSError:
        pass  # another one writes it, or there is no room


def set_environment(variables):
    if os.environ.get("FAAS_INVOCATION") is None or dict(os.environ) != variables:
        os.environ.clear()
        os.environ.update(variables)


def report_exception(skip):
    """Prints the traceback as the interpreter would, without this file's own frames."""
    kind, error, trace = sys.exc_info()
    for _ in range(skip):
        if trace is not None:
            trace = trace.tb_next
    try:
        if sys.excepthook is sys.__excepthook__:
            traceback.print_exception(kind, error, trace)
        else:
            sys.excepthook(kind, error, trace)
    except BaseException:
        try:
            os.write(2, f"{kind.__name__}\n".encode())
        except OSError:
            pass


def exit_code_of(stop):
    code = stop.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def run_script(job_socket, job, descriptors, space):
    for number, fd in enumerate(descriptors):
        os.dup2(fd, number)
        os.close(fd)
    status = 0
    me = os.getpid()
    path, code, failure = enter(job, space)
    sys.argv = [path, *job["args"]]
    set_environment(job["env"])
    time.tzset()
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = __builtins__
    main.__cached__ = None
    sys.modules["__main__"] = main
    try:
        if failure is not None:
            # Only syntax errors come here in practice: no frames, as CPython prints them.
            traceback.print_exception(failure[0], failure[1], None)
            status = 1
        else:
            exec(code, main.__dict__)
    except SystemExit as stop:
        status = exit_code_of(stop)
    except BaseException:
        status = 1
        report_exception(1)
    try:
        threading._shutdown()
        atexit._run_exitfuncs()
    except BaseException:
        status = status or 1
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        status = status or 120  # CPython's own code for output that cannot be written
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        pass
    if os.getpid() == me:  # and not a child that the script forked
        report_end(job_socket, status << 8)
    os._exit(status)


def report_end(job_socket, status):
    try:
        job_socket.sendall(struct.pack("<iq", status, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))
        job_socket.recv(1)  # the worker goes first: the processor is not given to our exit while it has an answer to send
    except OSError:
        pass


# ---------------------------------------------------------------------------------------------------------- handlers

def receive_exactly(lane, count):
    parts = bytearray()
    while len(parts) < count:
        piece = lane.recv(min(count - len(parts), 1 << 20))
        if not piece:
            os._exit(0)  # the worker has no more use for us
        parts += piece
    return bytes(parts)


def receive_frame(lane):
    length, kind = struct.unpack("<IB", receive_exactly(lane, 5))
    return kind, receive_exactly(lane, length)


class LogStream(io.RawIOBase):
    """Standard output and error of a handler: the function's log."""

    def __init__(self, lane):
        self.lane = lane

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        if data:
            self.lane.sendall(struct.pack("<IB", len(data), ord("R")) + data)
        return len(data)


class Context:
    """Second argument of a handler."""

    def __init__(self, header):
        self.function = header["function"]
        self.function_name = header["env"].get("FAAS_FUNCTION", header["function"])
        self.id = header["env"].get("FAAS_ID", header["function"])
        self.invocation = self.invocation_id = self.aws_request_id = header["id"]
        self.args = header["args"]
        self._deadline = time.monotonic() + header["deadlineMs"] / 1000

    def remaining_ms(self):
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    get_remaining_time_in_millis = remaining_ms

    def log(self, *values):
        print(*values, file=sys.stderr)


def event_of(body):
    """Parsed JSON where it is JSON, else text, else bytes; nothing at all is None."""
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body


def bytes_of(value):
    if value is None:
        return b""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogateescape")


def clean(text):
    return str(text).replace("\r", " ").replace("\n", " ")


def response_of(value, environment):
    """{"statusCode", "headers", "body"} becomes a CGI response where there is a request to respond to."""
    if "REQUEST_METHOD" not in environment:
        return bytes_of(value)
    status, headers = 200, {}
    if isinstance(value, dict) and "statusCode" in value:
        status, headers = int(value["statusCode"]), dict(value.get("headers") or {})
        body = value.get("body")
        content = bytes_of(body)
        if value.get("isBase64Encoded"):
            content = base64.b64decode(content)
    else:
        body = value
        content = bytes_of(value)
    if not any(name.lower() == "content-type" for name in headers):
        if isinstance(body, str):
            headers["Content-Type"] = "text/plain; charset=utf-8"
        elif isinstance(body, (bytes, bytearray, memoryview)):
            headers["Content-Type"] = "application/octet-stream"
        else:
            headers["Content-Type"] = "application/json"
    lines = [f"Status: {status}"]
    for name, item in headers.items():
        for one in item if isinstance(item, (list, tuple)) else [item]:
            lines.append(f"{clean(name)}: {clean(one)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + content


def serve(job_socket, job, descriptors, space):
    os.dup2(descriptors[0], 3, inheritable=False)  # in the place of the job socket, which has done its work
    os.close(descriptors[0])
    job_socket.detach()
    null = os.open("/dev/null", os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    path, code, failure = enter(job, space)
    lane = socket.socket(fileno=3)
    sys.argv = [path]
    os.environ.clear()
    log = LogStream(lane)
    sys.stdout = sys.__stdout__ = sys.stderr = sys.__stderr__ = io.TextIOWrapper(
        io.BufferedWriter(log, 8192), encoding="utf-8", errors="backslashreplace", line_buffering=True)
    module = types.ModuleType("code")
    module.__file__ = path
    loaded = False
    loop = None
    calls = 0
    me = os.getpid()
    while True:
        kind, payload = receive_frame(lane)
        if kind != ord("I"):
            continue  # rest of an input whose call has ended
        (length,) = struct.unpack_from("<I", payload)
        header = json.loads(payload[4:4 + length])
        parts = [payload[4 + length:]]
        while True:
            kind, payload = receive_frame(lane)
            if kind == ord("E"):
                break
            parts.append(payload)
        set_environment(header["env"])
        status = memory = 0
        output = b""
        try:
            if not loaded:
                time.tzset()
                if failure is not None:
                    raise failure[1].with_traceback(None)
                sys.modules["code"] = module
                sys.modules["__main__"] = module
                module.__dict__["__name__"] = "code"
                exec(code, module.__dict__)
                loaded = True
            value = module.__dict__["handler"](*arguments(module.__dict__["handler"], event_of(b"".join(parts)), Context(header)))
            if inspect.isawaitable(value):
                if loop is None:
                    loop = asyncio.new_event_loop()
                    asyncio.set_event_loop(loop)
                value = loop.run_until_complete(as_coroutine(value))
            output = response_of(value, header["env"])
        except SystemExit as stop:
            status = exit_code_of(stop)
        except MemoryError:
            status, memory = 1, 1
        except BaseException:
            status = 1
            report_exception(1)
        try:
            sys.stdout.flush()
        except (OSError, ValueError):
            pass
        if os.getpid() != me:
            os._exit(status)  # a child that the handler forked: the answer is its parent's
        calls += 1
        replace = 1 if memory or not loaded or has_children() or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > job["memory"] else 0
        frames = struct.pack("<IB", len(output), ord("O")) + output if output else b""
        lane.sendall(frames + struct.pack("<IBiBB", 6, ord("X"), status, memory, replace))


def has_children():
    """Whether the handler left a process. What was orphaned counts as well: we are the first process of our namespace."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


async def as_coroutine(awaitable):
    return await awaitable


def arguments(handler, event, context):
    """handler(event, context), handler(event) or handler()."""
    try:
        parameters = inspect.signature(handler).parameters.values()
    except (TypeError, ValueError):
        return event, context
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return event, context
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return (event, context)[:len(positional)]


# ------------------------------------------------------------------------------------------------------------ zygote

def receive(sock):
    """One message: header, body, descriptors. At the end of the stream the process ends: its worker is gone."""
    head, descriptors, _, _ = socket.recv_fds(sock, 8, 8)
    if not head:
        os._exit(0)  # children go with the namespace or by their parent-death signal
    while len(head) < 8:
        head += receive_exactly(sock, 8 - len(head))
    total, length = struct.unpack("<II", head)
    rest = receive_exactly(sock, total - 4)
    return json.loads(rest[:length]), rest[length:], descriptors


class Zygote:
    def __init__(self, control):
        self.control = control
        self.poller = select.epoll()
        self.poller.register(control.fileno(), select.EPOLLIN)
        self.by_pidfd = {}   # pidfd -> (pid, job socket fd)
        self.by_job = {}     # job socket fd -> (pid, pidfd)
        self.own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY) if nest else -1

    def fork(self):
        if nest:
            # A namespace for one child: the child is its first process, and with it everything it started dies.
            check(libc.setns(self.own_namespace, CLONE_NEWPID), "setns")
            check(libc.unshare(CLONE_NEWPID), "unshare pid")
        return os.fork()

    def handle(self, request, body, descriptors):
        operation = request["op"]
        if operation == "fork":
            self.start_child(descriptors[0])
        elif operation == "load":
            path = os.path.join(functions_folder, request["fn"], request["file"])
            answer = b"F"
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as f:
                    f.write(body)
                answer = b"R"
            finally:
                self.control.sendall(answer)
        elif operation == "drop":
            folder = os.path.join(functions_folder, request["fn"])
            try:
                os.unlink(os.path.join(functions_folder, ".code", request["fn"]))
            except FileNotFoundError:
                pass
            for parent, folders, names in os.walk(folder, topdown=False):
                for name in names:
                    os.unlink(os.path.join(parent, name))
                os.rmdir(parent)

    def start_child(self, job_socket):
        try:
            pid = self.fork()
            if pid == 0:
                self.child(job_socket)
        except OSError:
            os.close(job_socket)  # the worker sees that there will be no child
            raise
        pidfd = os.pidfd_open(pid)
        self.by_pidfd[pidfd] = (pid, job_socket)
        self.by_job[job_socket] = (pid, pidfd)
        self.poller.register(pidfd, select.EPOLLIN)
        # Not for reading, which is the child's: only the end of the worker's side.
        self.poller.register(job_socket, select.EPOLLRDHUP)

    def child(self, job_fd):
        try:
            os.dup2(job_fd, 3, inheritable=False)
            os.closerange(4, 65536)
            job_socket = socket.socket(fileno=3)
            space = prepare_child()
            job, _, descriptors = receive(job_socket)
            (run_script if job["op"] == "run" else serve)(job_socket, job, descriptors, space)
        except BaseException:
            try:
                os.write(2, traceback.format_exc().encode())
            except BaseException:
                pass
        finally:
            os._exit(1)

    def reap(self, pidfd):
        pid, job_socket = self.by_pidfd.pop(pidfd)
        if not nest:
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                pass
        _, status, usage = os.wait4(pid, 0)
        self.poller.unregister(pidfd)
        os.close(pidfd)
        if job_socket in self.by_job:
            del self.by_job[job_socket]
            self.poller.unregister(job_socket)
        try:
            os.write(job_socket, struct.pack("<iq", status, usage.ru_maxrss * 1024))
        except OSError:
            pass
        os.close(job_socket)
        if not nest:
            self.kill_strays()

    def kill_strays(self):
        """Without namespaces: what detached itself from its parent became our child (PR_SET_CHILD_SUBREAPER)."""
        known = {pid for pid, _ in self.by_pidfd.values()}
        try:
            with open(f"/proc/self/task/{os.getpid()}/children") as f:
                strays = [int(p) for p in f.read().split() if int(p) not in known]
        except OSError:
            return
        for pid in strays:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except OSError:
                pass

    def kill(self, job_socket):
        pid, _ = self.by_job.pop(job_socket)
        self.poller.unregister(job_socket)  # stays open: the end is reported on it
        try:
            if not nest:
                os.killpg(pid, signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass

    def run(self):
        self.control.sendall(b"R")
        while True:
            for fd, _ in self.poller.poll():
                try:
                    if fd in self.by_pidfd:
                        self.reap(fd)
                    elif fd in self.by_job:
                        self.kill(fd)
                    elif fd == self.control.fileno():
                        self.handle(*receive(self.control))
                except OSError as error:
                    if error.errno not in (errno.ENOENT, errno.EAGAIN, errno.ENOMEM, errno.ENOSPC):
                        os.write(2, traceback.format_exc().encode())


def self_test(zygote):
    """Can a child be isolated here at all? Better known now than at the first invocation."""
    pid = zygote.fork()
    if pid == 0:
        try:
            if nest:
                isolate()
                drop_capabilities()
            install_filter()
            os._exit(0)
        except BaseException:
            os.write(2, traceback.format_exc().encode())
            os._exit(1)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit("children cannot be isolated")


if __name__ == "__main__":
    nest = sys.argv[2] == "1"
    functions_folder = sys.argv[3]
    own_network = nest and sys.argv[5] == "own"
    os.environ.clear()
    sys.path.pop(0)  # this file's folder
    sys.dont_write_bytecode = True
    system_call_filter = read_filter(sys.argv[4])
    zygote = Zygote(socket.socket(fileno=int(sys.argv[1])))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)  # without it the kernel takes no filter from an ordinary user
    os.makedirs(os.path.join(functions_folder, ".code"), mode=0o700, exist_ok=True)
    self_test(zygote)
    if not nest:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    import gc
    gc.collect()
    gc.freeze()  # children do not touch what they never change: fewer pages are copied
    zygote.run()
