<?php
/*
 * Warm parent of the PHP functions of one worker: the same design, the same messages and the same command line as
 * Python/zygote.py, whose head describes them. The C library is called through FFI, since PHP itself passes no
 * descriptors and makes no namespaces.
 */

namespace Faas\Zygote;

const CLONE_NEWNS = 0x00020000;
const CLONE_NEWIPC = 0x08000000;
const CLONE_NEWUSER = 0x10000000;
const CLONE_NEWPID = 0x20000000;
const CLONE_NEWNET = 0x40000000;
const MS_RDONLY = 1;
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_NOEXEC = 8;
const MS_REMOUNT = 32;
const MS_BIND = 4096;
const MS_REC = 16384;
const MS_PRIVATE = 1 << 18;
const PR_SET_PDEATHSIG = 1;
const PR_SET_DUMPABLE = 4;
const PR_SET_SECCOMP = 22;
const PR_SET_CHILD_SUBREAPER = 36;
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_MODE_FILTER = 2;
const SYS_PIDFD_OPEN = 434;
const RLIMIT_CORE = 4;
const RLIMIT_NPROC = 6;
const RLIMIT_NOFILE = 7;
const RLIMIT_MEMLOCK = 8;
const RLIMIT_AS = 9;
const RLIMIT_SIGPENDING = 11;
const RLIMIT_MSGQUEUE = 12;
const AF_INET = 2;
const SOCK_DGRAM = 2;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP = 1;
const SIGKILL = 9;
const POLLIN = 1;
const POLLRDHUP = 0x2000;
const MSG_NOSIGNAL = 0x4000;
const O_CLOEXEC = 02000000;
const JOB_FD = 3; // of a child: its job socket; of a handler's from then on its lane

const PRINTED_BYTES = 4 << 20;         // of a handler, kept until it has returned
const PRINTED_CHUNK_BYTES = 64 << 10;
const TEMPORARY_BYTES = 64 << 20; // /tmp of one child
const CHILD_OPEN_FILES = 256;
const CHILD_PROCESSES = 64;
const STACK_BYTES = 8 << 20;
const CHILD_INOTIFY_INSTANCES = 4;
const CHILD_INOTIFY_WATCHES = 1024;
const CHILD_PENDING_SIGNALS = 256;
const CHILD_LOCKED_BYTES = 64 << 10;

const DECLARATIONS = <<<'C'
    typedef long ssize_t;
    struct pollfd { int fd; short events; short revents; };
    struct iovec { void *base; size_t length; };
    struct msghdr { void *name; unsigned int name_length; struct iovec *vectors; size_t vector_count; void *control; size_t control_length; int flags; };
    struct control { size_t length; int level; int type; int descriptors[16]; };
    struct rlimit { unsigned long soft; unsigned long hard; };
    struct rusage { long times[4]; long maxrss; long rest[13]; };
    struct sock_fprog { unsigned short length; char *instructions; };
    struct caps { unsigned int version; int pid; };
    int unshare(int flags);
    int setns(int fd, int type);
    int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data);
    int setrlimit(int resource, const struct rlimit *limit);
    int capset(struct caps *header, unsigned int *data);
    int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);
    long syscall(long number, long a, long b, long c);
    int poll(struct pollfd *fds, unsigned long count, int timeout);
    ssize_t recvmsg(int fd, struct msghdr *message, int flags);
    ssize_t read(int fd, void *buffer, size_t count);
    ssize_t write(int fd, const void *buffer, size_t count);
    ssize_t send(int fd, const void *buffer, size_t count, int flags);
    int open(const char *path, int flags);
    int close(int fd);
    int dup2(int from, int to);
    int dup3(int from, int to, int flags);
    int socket(int domain, int type, int protocol);
    int ioctl(int fd, unsigned long request, void *argument);
    int setsid(void);
    unsigned int getuid(void);
    unsigned int getgid(void);
    int getpid(void);
    int kill(int pid, int signal);
    int wait4(int pid, int *status, int options, struct rusage *usage);
    void _exit(int status);
    C;

final class Zygote
{
    public static \FFI $libc;
    public static bool $nests;
    public static bool $ownNetwork;
    public static string $functions;
    public static int $filter = 0; // address of the struct sock_fprog that children install
    private static array $filterMemory;
    private static int $control;
    private static int $ownNamespace = -1;
    /** @var array<int, array{int, int}> pidfd => [pid, job socket] */
    private static array $byPidfd = [];
    /** @var array<int, array{int, int}> job socket => [pid, pidfd] */
    private static array $byJob = [];

    /** Serves the worker; returns in each child, once it has its job. */
    public static function main(array $argv): array
    {
        self::$libc = \FFI::cdef(DECLARATIONS);
        self::$control = (int) $argv[1];
        self::$nests = $argv[2] === '1';
        self::$ownNetwork = self::$nests && $argv[5] === 'own';
        self::$functions = $argv[3];
        LastObject::findExitStatus();
        if ($argv[4] !== '-') {
            self::readFilter(\file_get_contents($argv[4]));
        }

        self::$libc->prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); // without it the kernel takes no filter from an ordinary user
        if (self::$nests) {
            self::$ownNamespace = self::$libc->open('/proc/self/ns/pid', 0);
        }

        self::selfTest();
        if (!self::$nests) {
            self::$libc->prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        }

        \gc_collect_cycles();
        write(self::$control, 'R');
        while (true) {
            foreach (self::wait() as $fd) {
                if (isset(self::$byPidfd[$fd])) {
                    self::reap($fd);
                } elseif (isset(self::$byJob[$fd])) {
                    self::kill($fd);
                } elseif ($fd === self::$control) {
                    $job = self::handle();
                    if ($job !== null) {
                        return $job;
                    }
                }
            }
        }
    }

    private static function readFilter(string $code): void
    {
        $instructions = self::$libc->new('char[' . \strlen($code) . ']');
        \FFI::memcpy($instructions, $code, \strlen($code));
        $program = self::$libc->new('struct sock_fprog');
        $program->length = \intdiv(\strlen($code), 8);
        $program->instructions = \FFI::cast('char *', \FFI::addr($instructions));
        self::$filterMemory = [$instructions, $program];
        self::$filter = \FFI::cast('unsigned long', \FFI::addr($program))->cdata;
    }

    /** @return list<int> descriptors on which something has happened */
    private static function wait(): array
    {
        // Of a job socket not what can be read, which is the child's, but the end of the worker's side.
        $all = [[self::$control, POLLIN]];
        foreach (self::$byPidfd as $pidfd => [, $jobSocket]) {
            $all[] = [$pidfd, POLLIN];
            if (isset(self::$byJob[$jobSocket])) {
                $all[] = [$jobSocket, POLLRDHUP];
            }
        }

        $polls = \FFI::new(\FFI::arrayType(self::$libc->type('struct pollfd'), [\count($all)]));
        foreach ($all as $i => [$fd, $events]) {
            $polls[$i]->fd = $fd;
            $polls[$i]->events = $events;
        }

        self::$libc->poll(\FFI::addr($polls[0]), \count($all), -1);
        $ready = [];
        foreach ($all as $i => [$fd]) {
            if ($polls[$i]->revents !== 0) {
                $ready[] = $fd;
            }
        }

        return $ready;
    }

    private static function handle(): ?array
    {
        [$request, $body, $descriptors] = self::receive(self::$control);
        switch ($request['op']) {
            case 'load':
                $file = self::$functions . "/{$request['fn']}/{$request['file']}";
                @\mkdir(\dirname($file), 0755, true);
                write(self::$control, @\file_put_contents($file, $body) === \strlen($body) ? 'R' : 'F');
                break;
            case 'drop':
                self::drop(self::$functions . '/' . $request['fn']);
                break;
            case 'fork':
                return self::startChild($descriptors[0]);
        }

        return null;
    }

    private static function startChild(int $jobSocket): ?array
    {
        $pid = self::fork();
        if ($pid === 0) {
            return self::child($jobSocket);
        }

        if ($pid < 0) {
            self::$libc->close($jobSocket); // the worker sees that there will be no child
            return null;
        }

        $pidfd = self::$libc->syscall(SYS_PIDFD_OPEN, $pid, 0, 0);
        self::$byPidfd[$pidfd] = [$pid, $jobSocket];
        self::$byJob[$jobSocket] = [$pid, $pidfd];
        return null;
    }

    /** Everything that can be done before the job is known; then waits for it. */
    private static function child(int $jobSocket): array
    {
        $c = self::$libc;
        $c->setsid();
        $c->dup3($jobSocket, JOB_FD, O_CLOEXEC);
        // Nothing of the zygote's or of another child stays open (close_range, Linux 5.9; else one by one).
        if ($c->syscall(436, JOB_FD + 1, 0xffffffff, 0) !== 0) {
            for ($fd = JOB_FD + 1; $fd < 4096; $fd++) {
                $c->close($fd);
            }
        }

        try {
            prepare();
        } catch (\Throwable $e) {
            write(2, $e->getMessage() . "\n");
            $c->_exit(1);
        }

        if (self::$nests) {
            $c->prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); // the job cannot get at its attendant's memory
            self::attend(\pcntl_fork());
            $c->prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        }

        rehearse();
        [$job, , $descriptors] = self::receive(JOB_FD);
        return ['descriptors' => $descriptors] + $job;
    }

    /**
     * The first process of a namespace takes the namespace along when it ends, which takes the kernel some
     * milliseconds. So the job is its child's, whose end it reports before its own.
     */
    private static function attend(int $pid): void
    {
        if ($pid === 0) {
            return;
        }

        $c = self::$libc;
        dropCapabilities();
        $status = $c->new('int');
        $usage = $c->new('struct rusage');
        do {
            $ended = $c->wait4(-1, \FFI::addr($status), 0, \FFI::addr($usage)); // those left behind by the job, too
        } while ($ended > 0 && $ended !== $pid);
        $c->send(JOB_FD, \pack('lP', $ended === $pid ? $status->cdata : SIGKILL, $usage->maxrss * 1024), 12, MSG_NOSIGNAL);
        $c->_exit(0);
    }

    private static function drop(string $folder): void
    {
        foreach (@\scandir($folder) ?: [] as $name) {
            if ($name !== '.' && $name !== '..') {
                $path = "$folder/$name";
                \is_dir($path) && !\is_link($path) ? self::drop($path) : @\unlink($path);
            }
        }

        @\rmdir($folder);
    }

    private static function fork(): int
    {
        if (self::$nests) {
            // A pid namespace for one child: it is its first process, and with it everything it started dies.
            if (self::$libc->setns(self::$ownNamespace, CLONE_NEWPID) !== 0 || self::$libc->unshare(CLONE_NEWPID) !== 0) {
                return -1;
            }
        }

        return \pcntl_fork();
    }

    /** One message: header, body, descriptors. At the end of the stream the process ends: its worker is gone. */
    private static function receive(int $socket): array
    {
        static $head = null, $vector, $control, $message;
        if ($head === null) {
            $head = self::$libc->new('char[8]');
            $vector = self::$libc->new('struct iovec');
            $control = self::$libc->new('struct control');
            $message = self::$libc->new('struct msghdr');
            $vector->base = \FFI::cast('void *', \FFI::addr($head));
            $vector->length = 8;
            $message->vectors = \FFI::addr($vector);
            $message->vector_count = 1;
        }

        $message->control = \FFI::cast('void *', \FFI::addr($control));
        $message->control_length = 16 + 16 * 4;
        $count = self::$libc->recvmsg($socket, \FFI::addr($message), 0x40000000 /* MSG_CMSG_CLOEXEC */);
        if ($count <= 0) {
            self::$libc->_exit(0); // children go with the namespace or by their parent-death signal
        }

        $descriptors = [];
        if ($message->control_length > 16) {
            for ($i = 0; $i < ($control->length - 16) / 4; $i++) {
                $descriptors[] = $control->descriptors[$i];
            }
        }

        $bytes = \FFI::string($head, $count);
        if ($count < 8) {
            $bytes .= read($socket, 8 - $count);
        }

        ['total' => $total, 'header' => $header] = \unpack('Vtotal/Vheader', $bytes);
        $rest = read($socket, $total - 4);
        return [\json_decode(\substr($rest, 0, $header), true), \substr($rest, $header), $descriptors];
    }

    private static function reap(int $pidfd): void
    {
        [$pid, $jobSocket] = self::$byPidfd[$pidfd];
        unset(self::$byPidfd[$pidfd], self::$byJob[$jobSocket]);
        if (!self::$nests) {
            self::$libc->kill(-$pid, SIGKILL);
        }

        $status = self::$libc->new('int');
        $usage = self::$libc->new('struct rusage');
        self::$libc->wait4($pid, \FFI::addr($status), 0, \FFI::addr($usage));
        self::$libc->close($pidfd);
        self::$libc->send($jobSocket, \pack('lP', $status->cdata, $usage->maxrss * 1024), 12, MSG_NOSIGNAL);
        self::$libc->close($jobSocket);
        if (!self::$nests) {
            self::killStrays();
        }
    }

    private static function kill(int $jobSocket): void
    {
        [$pid] = self::$byJob[$jobSocket];
        unset(self::$byJob[$jobSocket]); // stays open: the end is reported on it
        if (!self::$nests) {
            self::$libc->kill(-$pid, SIGKILL);
        }

        self::$libc->kill($pid, SIGKILL);
    }

    /** Without namespaces: what detached itself from its parent became our child (PR_SET_CHILD_SUBREAPER). */
    private static function killStrays(): void
    {
        $me = self::$libc->getpid();
        $children = \array_filter(\explode(' ', (string) @\file_get_contents("/proc/self/task/$me/children")));
        foreach (\array_diff($children, \array_column(self::$byPidfd, 0)) as $stray) {
            self::$libc->kill((int) $stray, SIGKILL);
            self::$libc->wait4((int) $stray, null, 0, null);
        }
    }

    private static function selfTest(): void
    {
        $pid = self::fork();
        if ($pid === 0) {
            try {
                if (self::$nests) {
                    isolate();
                    dropCapabilities();
                }

                installFilter();
                self::$libc->_exit(0);
            } catch (\Throwable $e) {
                write(2, $e->getMessage() . "\n");
                self::$libc->_exit(1);
            }
        }

        $status = self::$libc->new('int');
        if ($pid < 0 || self::$libc->wait4($pid, \FFI::addr($status), 0, null) !== $pid || $status->cdata !== 0) {
            write(2, "children cannot be isolated\n");
            self::$libc->_exit(1);
        }
    }
}

function write(int $fd, string $bytes): void
{
    while ($bytes !== '') {
        $count = Zygote::$libc->write($fd, $bytes, \strlen($bytes));
        if ($count <= 0) {
            return; // the other end is gone, which it notices itself
        }

        $bytes = \substr($bytes, $count);
    }
}

function read(int $fd, int $count): string
{
    $bytes = '';
    $buffer = Zygote::$libc->new('char[65536]');
    while (\strlen($bytes) < $count) {
        $got = Zygote::$libc->read($fd, $buffer, \min(65536, $count - \strlen($bytes)));
        if ($got <= 0) {
            Zygote::$libc->_exit(0); // the worker is gone or has no more use for us
        }

        $bytes .= \FFI::string($buffer, $got);
    }

    return $bytes;
}

function check(int $result, string $what): void
{
    if ($result !== 0) {
        throw new \RuntimeException("$what failed");
    }
}

/** Runs in a fresh child: everything the sandbox around the zygote shares between its children is made its own. */
function isolate(): void
{
    $c = Zygote::$libc;
    [$user, $group] = [$c->getuid(), $c->getgid()];
    check($c->unshare(CLONE_NEWNS | CLONE_NEWIPC), 'unshare');
    check($c->mount(null, '/', null, MS_REC | MS_PRIVATE, null), 'private');
    check($c->mount('proc', '/proc', 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC, null), 'proc');
    check($c->mount('tmpfs', '/tmp', 'tmpfs', MS_NOSUID | MS_NODEV, 'mode=1777,nr_inodes=16384,size=' . TEMPORARY_BYTES), 'tmp');
    // A user namespace of its own: processes are counted in it, and no capability reaches outside. With it a second
    // mount namespace that it owns, in which the function's folder can still be put in place when it is known.
    check($c->unshare(CLONE_NEWUSER | CLONE_NEWNS | (Zygote::$ownNetwork ? CLONE_NEWNET : 0)), 'unshare user');
    $settings = [
        'self/setgroups' => 'deny',
        'self/uid_map' => "$user $user 1",
        'self/gid_map' => "$group $group 1",
        'sys/user/max_inotify_instances' => (string) CHILD_INOTIFY_INSTANCES,
        'sys/user/max_inotify_watches' => (string) CHILD_INOTIFY_WATCHES,
    ];
    foreach ($settings as $file => $text) {
        $fd = $c->open("/proc/$file", 1);
        check($c->write($fd, $text, \strlen($text)) === \strlen($text) ? 0 : 1, $file);
        $c->close($fd);
    }

    if (Zygote::$ownNetwork) {
        $loopback = $c->new('char[40]'); // struct ifreq
        \FFI::memcpy($loopback, \pack('a16vx22', 'lo', IFF_UP), 40);
        $socket = $c->socket(AF_INET, SOCK_DGRAM, 0);
        check($c->ioctl($socket, SIOCSIFFLAGS, \FFI::addr($loopback)), 'loopback');
        $c->close($socket);
    }
}

/** The last of the isolation: the function's folder over all functions' folders, and no capability any more. */
function closeIn(string $function): void
{
    $c = Zygote::$libc;
    check($c->mount(Zygote::$functions . '/' . $function, Zygote::$functions, null, MS_BIND, null), 'bind');
    check($c->mount(null, Zygote::$functions, null, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, null), 'read-only');
    dropCapabilities();
}

function dropCapabilities(): void
{
    $header = Zygote::$libc->new('struct caps');
    $header->version = 0x20080522; // _LINUX_CAPABILITY_VERSION_3
    check(Zygote::$libc->capset(\FFI::addr($header), Zygote::$libc->new('unsigned int[6]')), 'capset');
}

/** For good, and for all that this process starts; ahead of demand, as Python/zygote.py tells. */
function installFilter(): void
{
    if (Zygote::$filter !== 0) {
        check(Zygote::$libc->prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, Zygote::$filter, 0, 0), 'filter');
    }
}

function limit(int $resource, int $value): void
{
    $limit = Zygote::$libc->new('struct rlimit');
    $limit->soft = $limit->hard = $value;
    Zygote::$libc->setrlimit($resource, \FFI::addr($limit));
}

/** Of a child that has no job yet: namespaces and limits. */
function prepare(): void
{
    if (Zygote::$nests) {
        isolate();
        limit(RLIMIT_NPROC, CHILD_PROCESSES);
        limit(RLIMIT_SIGPENDING, CHILD_PENDING_SIGNALS);
        limit(RLIMIT_MSGQUEUE, 0);
        limit(RLIMIT_MEMLOCK, CHILD_LOCKED_BYTES);
    } else {
        Zygote::$libc->prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    }

    installFilter();
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, CHILD_OPEN_FILES);
}

/** Does once, to no effect, what a job will do: the pages that this writes to are copied now, not while a caller waits. */
function rehearse(): void
{
    eval('echo "";');
    $environment = \getenv();
    set_environment(['A' => 'a']);
    set_environment($environment);
    \get_resources();
    \getrusage();
    \pack('lP', 0, 0);
    \flush();
    \json_decode('{"op":"run","args":["a"],"env":{"A":"a"}}', true);
    \file_get_contents('/proc/self/statm');
    Zygote::$libc->new('struct rlimit');
    Zygote::$libc->new('struct caps');
}

/** Makes the child the function's alone. @return string path of the function's source */
function enter(array $job): string
{
    $c = Zygote::$libc;
    if ($job['op'] === 'serve') {
        $null = $c->open('/dev/null', 2);
        foreach ([$null, $null, $null, $job['descriptors'][0]] as $number => $fd) {
            $c->dup2($fd, $number); // the lane in the place of the job socket, which has done its work
        }

        $c->close($null);
    } else {
        foreach ($job['descriptors'] as $number => $fd) {
            $c->dup2($fd, $number);
        }
    }

    foreach ($job['descriptors'] as $fd) {
        $c->close($fd);
    }

    if (Zygote::$nests) {
        closeIn($job['fn']);
    }

    $pages = (int) \file_get_contents('/proc/self/statm');
    limit(RLIMIT_AS, $pages * 4096 + $job['memory'] + STACK_BYTES);
    \ini_set('memory_limit', (string) (\memory_get_usage(true) + $job['memory']));
    \chdir($job['cwd']);
    return Zygote::$nests ? Zygote::$functions . '/' . $job['file'] : Zygote::$functions . '/' . $job['fn'] . '/' . $job['file'];
}

function set_environment(array $variables): void
{
    foreach (\array_diff_key(\getenv(), $variables) as $name => $_) {
        \putenv($name);
        unset($_SERVER[$name]);
    }

    foreach ($variables as $name => $value) {
        \putenv("$name=$value");
        $_SERVER[$name] = $value;
    }

    $_ENV = $variables;
}

/** Makes the child's globals those of `php code.php args`. */
function become_script(array $job): string
{
    $path = enter($job);
    $_SERVER = ['REQUEST_TIME' => \time(), 'REQUEST_TIME_FLOAT' => \microtime(true)];
    set_environment($job['env']);
    $GLOBALS['argv'] = $_SERVER['argv'] = [$path, ...$job['args']];
    $GLOBALS['argc'] = $_SERVER['argc'] = \count($_SERVER['argv']);
    foreach (['PHP_SELF', 'SCRIPT_NAME', 'SCRIPT_FILENAME', 'PATH_TRANSLATED'] as $name) {
        $_SERVER[$name] ??= $path;
    }

    unset($GLOBALS['__job']);
    LastObject::make();
    return $path;
}

/**
 * Ends a script's process once PHP has done all of an end that a script can see: shutdown functions, destructors,
 * output buffers. What it would do then, taking its modules and tables apart, is 2 of 3 ms, most of it spent on copies
 * of pages that are the zygote's.
 *
 * Destructors are called in the order of their objects' numbers, and no number is given twice while that goes on
 * (zend_objects_API.c). So the object made last is destroyed last: each of these makes another one and has found the end
 * when nothing came between the two. After a fatal error no destructor is called, and the end is PHP's usual one.
 */
final class LastObject
{
    private const PROBE = 0x5A17C0DE;        // a status that stands nowhere else
    private const SEARCHED_INTEGERS = 448;   // sizeof(executor_globals) / 4 is 450 in PHP 8.2

    /** Index of the exit status in executor_globals; null where it was not found. */
    private static ?int $statusIndex = null;
    private static ?\FFI $globals = null;
    private static ?self $last = null;
    private static int $resources;
    private static int $pid;

    /** No function of PHP's tells a script's exit status. It is looked for in a child that exits with one we know. */
    public static function findExitStatus(): void
    {
        try {
            self::$globals = \FFI::cdef('extern int executor_globals[' . self::SEARCHED_INTEGERS . '];');
        } catch (\FFI\Exception) {
            return; // a thread-safe build keeps it elsewhere
        }

        [$ours, $theirs] = \stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        $pid = \pcntl_fork();
        if ($pid === 0) {
            \register_shutdown_function(static function () use ($theirs): void {
                $found = \array_filter(\range(0, self::SEARCHED_INTEGERS - 1), fn (int $i) => self::$globals->executor_globals[$i] === self::PROBE);
                \fwrite($theirs, \count($found) === 1 ? (string) \key($found) : '');
                Zygote::$libc->_exit(0);
            });
            exit(self::PROBE);
        }

        \fclose($theirs);
        $found = (string) \stream_get_contents($ours);
        \fclose($ours);
        if ($pid > 0) {
            \pcntl_waitpid($pid, $status);
        }

        self::$statusIndex = $found === '' ? null : (int) $found;
    }

    public static function make(): void
    {
        if (self::$statusIndex !== null) {
            self::$pid = Zygote::$libc->getpid();
            self::$resources = \count(\get_resources());
            self::$last = new self();
        }
    }

    public function __destruct()
    {
        if (!self::leavesNothing()) {
            return; // the usual end
        }

        self::$last = new self();
        if (\spl_object_id(self::$last) === \spl_object_id($this) + 1) {
            while (\ob_get_level() > 0 && \ob_end_flush()) {
            }

            \flush();
            self::end(self::$globals->executor_globals[self::$statusIndex] & 0xff);
        }
    }

    /** Whether PHP has nothing to wait for or to write: a process, a compressed file, a session. */
    private static function leavesNothing(): bool
    {
        return \count(\get_resources()) <= self::$resources
            && !(\function_exists('session_status') && \session_status() === PHP_SESSION_ACTIVE);
    }

    private static function end(int $code): never
    {
        $c = Zygote::$libc;
        if ($c->getpid() === self::$pid) { // and not a child that the script forked
            $c->send(JOB_FD, \pack('lP', $code << 8, \getrusage()['ru_maxrss'] * 1024), 12, MSG_NOSIGNAL);
            $c->read(JOB_FD, $c->new('char[1]'), 1); // the worker goes first: the processor is not given to our exit while it has an answer to send
        }

        $c->_exit($code);
        exit; // not reached
    }
}

/** Second argument of a handler. */
final class Context
{
    public string $function;
    public string $id;
    public string $invocation;
    public array $args;
    private float $deadline;

    public function __construct(array $header)
    {
        $this->function = $header['env']['FAAS_FUNCTION'] ?? $header['function'];
        $this->id = $header['env']['FAAS_ID'] ?? $header['function'];
        $this->invocation = $header['id'];
        $this->args = $header['args'];
        $this->deadline = \hrtime(true) / 1e6 + $header['deadlineMs'];
    }

    public function remainingMs(): int
    {
        return \max(0, (int) ($this->deadline - \hrtime(true) / 1e6));
    }

    public function log(mixed ...$values): void
    {
        Lane::log(\implode(' ', \array_map(fn ($v) => \is_string($v) ? $v : \json_encode($v), $values)) . "\n");
    }
}

/** The socket of a handler process; the frames are described in Python/zygote.py. */
final class Lane
{
    private static bool $isInCall = false;
    private static array $environment = [];
    private static int $memory;
    private static int $pid;
    private static string $printed = '';

    public static function frame(string $type, string $payload): void
    {
        write(JOB_FD, \pack('V', \strlen($payload)) . $type . $payload);
    }

    public static function log(string $text): void
    {
        if ($text !== '') {
            self::frame('R', $text);
        }
    }

    /** @return array{string, string} */
    private static function receive(): array
    {
        $head = read(JOB_FD, 5);
        $length = \unpack('V', $head)[1];
        return [$head[4], $length > 0 ? read(JOB_FD, $length) : ''];
    }

    /** First part, before the module is loaded: process, log, and what happens when the module ends the process. */
    public static function open(array $job): string
    {
        $path = enter($job);
        self::$memory = $job['memory'];
        self::$pid = Zygote::$libc->getpid();
        $_SERVER = ['argv' => [$path], 'argc' => 1, 'SCRIPT_FILENAME' => $path, 'PHP_SELF' => $path];
        $GLOBALS['argv'] = [$path];
        $GLOBALS['argc'] = 1;
        \ini_set('display_errors', '0');
        \set_error_handler(static function (int $kind, string $message, string $file, int $line): bool {
            if (\error_reporting() & $kind) {
                self::log("PHP: $message in $file on line $line\n");
            }

            return true;
        });
        \register_shutdown_function(static function (): void {
            if (!self::$isInCall || self::isForked()) {
                return;
            }

            // exit() in a handler, or a fatal error: what was printed is the answer, the exit code is the process's.
            $error = \error_get_last();
            if ($error !== null && ($error['type'] & (E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR))) {
                self::log("PHP Fatal error:  {$error['message']} in {$error['file']} on line {$error['line']}\n");
            } elseif (\ob_get_level() > 0) {
                self::frame('O', self::$printed . \ob_get_clean());
            }
        });
        return $path;
    }

    /** Blocks until there is a call. @return array{array, string} header and body */
    public static function next(): array
    {
        do {
            [$type, $payload] = self::receive();
        } while ($type !== 'I');
        $length = \unpack('V', $payload)[1];
        $header = \json_decode(\substr($payload, 4, $length), true);
        $body = \substr($payload, 4 + $length);
        while (true) {
            [$type, $payload] = self::receive();
            if ($type === 'E') {
                break;
            }

            $body .= $payload;
        }

        set_environment($header['env']);
        self::$environment = $header['env'];
        self::$isInCall = true;
        self::$printed = '';
        \ob_start(self::keep(...), PRINTED_CHUNK_BYTES);
        return [$header, $body];
    }

    public static function call(callable $handler, array $header, string $body): void
    {
        $value = $handler(self::event($body), new Context($header));
        $printed = '';
        while (\ob_get_level() > 0) {
            $printed = \ob_get_clean() . $printed;
        }

        $printed = self::$printed . $printed;

        if ($value === null) {
            self::finish($printed, 0);
        } else {
            self::log($printed);
            self::finish(self::response($value), 0);
        }
    }

    public static function fail(\Throwable $error): void
    {
        while (\ob_get_level() > 0) {
            self::$printed .= \ob_get_clean();
        }

        self::log(self::$printed);

        self::log("PHP Fatal error:  Uncaught $error\n  thrown in {$error->getFile()} on line {$error->getLine()}\n");
        self::finish('', 255);
    }

    private static function finish(string $output, int $code): void
    {
        if (self::isForked()) {
            Zygote::$libc->_exit($code); // a child that the handler forked: the answer is its parent's
        }

        if ($output !== '') {
            self::frame('O', $output);
        }

        self::$isInCall = false;
        self::$printed = '';
        $replace = $code !== 0 || self::hasChildren() || \memory_get_usage(true) > self::$memory / 2 ? 1 : 0;
        self::frame('X', \pack('VCC', $code, 0, $replace));
    }

    /** What is printed may be the answer or the log, as the handler's value says; too much to keep can only be the answer. */
    private static function keep(string $text, int $phase): string
    {
        if (!($phase & PHP_OUTPUT_HANDLER_CLEAN)) {
            self::$printed .= $text;
            if (\strlen(self::$printed) > PRINTED_BYTES) {
                self::frame('O', self::$printed);
                self::$printed = '';
            }
        }

        return '';
    }

    private static function isForked(): bool
    {
        return Zygote::$libc->getpid() !== self::$pid;
    }

    /** Whether the handler left a process. What was orphaned is the first process's of our namespace, beside ourselves. */
    private static function hasChildren(): bool
    {
        do {
            $pid = \pcntl_waitpid(-1, $status, WNOHANG);
        } while ($pid > 0);
        $all = Zygote::$nests ? @\file_get_contents('/proc/1/task/1/children') : false; // no such file in some kernels
        return $pid === 0 || ($all !== false && \trim($all) !== (string) self::$pid);
    }

    private static function event(string $body): mixed
    {
        if ($body === '') {
            return null;
        }

        $value = \json_decode($body, true);
        return $value === null && \trim($body) !== 'null' ? $body : $value;
    }

    private static function bytes(mixed $value): string
    {
        if ($value === null) {
            return '';
        }

        return \is_string($value) ? $value : \json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
    }

    /** ['statusCode', 'headers', 'body'] becomes a CGI response where there is a request to respond to. */
    private static function response(mixed $value): string
    {
        if (!isset(self::$environment['REQUEST_METHOD'])) {
            return self::bytes($value);
        }

        [$status, $headers, $body] = [200, [], $value];
        if (\is_array($value) && isset($value['statusCode'])) {
            [$status, $headers, $body] = [(int) $value['statusCode'], (array) ($value['headers'] ?? []), $value['body'] ?? null];
        }

        $content = self::bytes($body);
        if (!empty($value['isBase64Encoded']) && \is_array($value)) {
            $content = \base64_decode($content);
        }

        if (!\array_key_exists('content-type', \array_change_key_case($headers))) {
            $headers['Content-Type'] = \is_string($body) ? 'text/plain; charset=utf-8' : 'application/json';
        }

        $lines = "Status: $status\r\n";
        foreach ($headers as $name => $values) {
            foreach ((array) $values as $one) {
                $lines .= \strtr((string) $name, "\r\n", '  ') . ': ' . \strtr((string) $one, "\r\n", '  ') . "\r\n";
            }
        }

        return "$lines\r\n$content";
    }
}

// Everything below runs at the top level, so that a function's file is included in the global scope, as PHP does.
$__job = Zygote::main($argv);
if ($__job['op'] === 'run') {
    require become_script($__job);
    return;
}

$__path = Lane::open($__job);
$__handler = null;
unset($__job);
while (true) {
    $__call = Lane::next();
    try {
        $__handler ??= require $__path;
        if (!\is_callable($__handler)) {
            throw new \TypeError('the file does not return a callable');
        }

        Lane::call($__handler, ...$__call);
    } catch (\Throwable $__error) {
        Lane::fail($__error);
    }
}
