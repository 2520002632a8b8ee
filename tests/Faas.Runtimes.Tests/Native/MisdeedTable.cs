using Faas.Protocol.Contracts;
using static Faas.Protocol.Contracts.InvocationStatus;

namespace Faas.Runtimes.Tests.Native;

/// <summary>What functions must not get away with. Every deed is bounded, for the day on which a limit does not hold.</summary>
internal static class MisdeedTable
{
    private static readonly InvocationStatus[] s_ok = [Ok];
    private static readonly InvocationStatus[] s_fails = [FunctionFailed];

    public static IReadOnlyList<Misdeed> All { get; } =
    [
        new("read /etc/shadow", s_fails, s_fails,
            "out = open('/etc/shadow').read()",
            "$out = @file_get_contents('/etc/shadow'); if ($out === false) { throw new Exception('no'); }",
            "out = fs.readFileSync('/etc/shadow', 'utf8');"),
        new("read the data folder", s_fails, s_fails,
            "out = open('SECRET_FILE').read()",
            "$out = @file_get_contents('SECRET_FILE'); if ($out === false) { throw new Exception('no'); }",
            "out = fs.readFileSync('SECRET_FILE', 'utf8');"),
        new("read another function's files", s_ok, s_ok,
            """
            for root in ['/fn', '/proc/1/root/fn', '/proc/self/root/fn', '/proc/1/cwd']:
                for folder, _, names in os.walk(root):
                    for name in names:
                        try:
                            out += open(os.path.join(folder, name), errors='replace').read()
                        except OSError:
                            pass
            """,
            """
            foreach (['/fn', '/fn/*', '/proc/1/root/fn', '/proc/1/root/fn/*', '/proc/1/cwd'] as $folder) {
                foreach (glob("$folder/*") as $file) { $out .= is_file($file) ? (string) @file_get_contents($file) : ''; }
            }
            """,
            """
            const walk = (folder) => {
              let names = [];
              try { names = fs.readdirSync(folder, { withFileTypes: true }); } catch {}
              for (const n of names) {
                if (n.isDirectory()) walk(`${folder}/${n.name}`);
                else try { out += fs.readFileSync(`${folder}/${n.name}`, 'utf8'); } catch {}
              }
            };
            for (const root of ['/fn', '/proc/1/root/fn', '/proc/self/root/fn', '/proc/1/cwd']) walk(root);
            """),
        new("write outside /tmp", s_ok, s_ok,
            """
            for folder in ['', '/fn', '/driver', '/etc', '/usr', '/usr/bin', '/proc', '/dev', '/var', '/home', '/run']:
                try:
                    open(folder + '/left', 'w').close()
                    out += 'GOT ' + folder
                except OSError:
                    pass
            """,
            """
            foreach (['', '/fn', '/driver', '/etc', '/usr', '/usr/bin', '/proc', '/dev', '/var', '/home', '/run'] as $folder) {
                if (@file_put_contents("$folder/left", 'x') !== false) { $out .= "GOT $folder"; }
            }
            """,
            """
            for (const folder of ['', '/fn', '/driver', '/etc', '/usr', '/usr/bin', '/proc', '/dev', '/var', '/home', '/run']) {
              try { fs.writeFileSync(`${folder}/left`, 'x'); out += `GOT ${folder}`; } catch {}
            }
            """),
        new("see other processes", s_ok, s_ok,
            "seen = [p for p in os.listdir('/proc') if p.isdigit()]\nout = 'GOT ' + ' '.join(seen) if len(seen) > 2 else ''",
            "$seen = array_filter(scandir('/proc'), 'ctype_digit'); $out = count($seen) > 2 ? 'GOT ' . implode(' ', $seen) : '';",
            "const seen = fs.readdirSync('/proc').filter((p) => /^\\d+$/.test(p)); out = seen.length > 2 ? `GOT ${seen}` : '';"),
        new("open a socket", s_fails, s_fails,
            "socket.create_connection(('127.0.0.1', PORT), 5)\nout = 'GOT'",
            "if (@stream_socket_client('tcp://127.0.0.1:PORT', $n, $s, 5) === false) { throw new Exception('no'); } $out = 'GOT';",
            "await new Promise((done, failed) => net.connect(PORT, '127.0.0.1').on('connect', done).on('error', failed)); out = 'GOT';"),
        new("keep a daemon behind", s_ok, s_ok,
            """
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    for fd in range(64):
                        try:
                            os.close(fd)
                        except OSError:
                            pass
                    os.execv('/bin/sleep', ['sleep', 'MARKER'])
                os._exit(0)
            os.wait()
            """,
            """
            if (pcntl_fork() === 0) { posix_setsid(); if (pcntl_fork() === 0) { pcntl_exec('/bin/sleep', ['MARKER']); } posix_kill(getmypid(), 9); }
            pcntl_wait($status);
            """,
            "spawn('/bin/sleep', ['MARKER'], { detached: true, stdio: 'ignore' }).unref();"),
        new("answer from a child as well", s_ok, s_ok,
            "os.fork()",
            "pcntl_fork();",
            "spawnSync('/bin/sh', ['-c', 'sleep MARKER > /dev/null 2>&1 &'], { stdio: 'ignore' });"),
        new("fork bomb", [FunctionFailed, Trap, MemoryLimit], [FunctionFailed, Trap, MemoryLimit],
            "for _ in range(100):\n    if os.fork() == 0:\n        os.fork()\n        break\ntime.sleep(30)\nout = 'GOT'",
            "for ($i = 0; $i < 100; $i++) { $p = @pcntl_fork(); if ($p < 0) { throw new Exception('no'); } if ($p === 0) { pcntl_fork(); break; } } sleep(30); $out = 'GOT';",
            "for (let i = 0; i < 300; i++) await new Promise((done, failed) => spawn('/bin/sleep', ['MARKER']).on('spawn', done).on('error', failed)); out = 'GOT';"),
        new("fill the disk", [FunctionFailed, Trap], [FunctionFailed, Trap],
            "for i in range(8):\n    with open(f'/tmp/{i}', 'wb') as f:\n        for _ in range(30):\n            f.write(b'x' * (1 << 20))\nout = 'GOT'",
            """
            for ($i = 0; $i < 8; $i++) {
                $f = fopen("/tmp/$i", 'w');
                for ($j = 0; $j < 30; $j++) { if (@fwrite($f, str_repeat('x', 1 << 20)) !== 1 << 20) { throw new Exception('full'); } }
            }
            $out = 'GOT';
            """,
            "const piece = Buffer.alloc(1 << 20); for (let i = 0; i < 8; i++) for (let j = 0; j < 30; j++) fs.appendFileSync(`/tmp/${i}`, piece); out = 'GOT';")
        {
            IsKeptByHandlers = true,
        },
        new("allocate without end", [MemoryLimit], [MemoryLimit],
            "b = []\nfor _ in range(200):\n    b.append(b'x' * (8 << 20))\nout = 'GOT'",
            "$b = []; for ($i = 0; $i < 200; $i++) { $b[] = str_repeat('x', 8 << 20); } $out = 'GOT';",
            "const b = []; for (let i = 0; i < 400; i++) b.push(new Array(1 << 20).fill(i)); out = 'GOT';"),
        new("loop without end", [InvocationStatus.Timeout], [InvocationStatus.Timeout],
            "while True:\n    pass",
            "while (true) {}",
            "for (;;);")
        {
            Timeout = TimeSpan.FromMilliseconds(500),
        },
        // A handler's prints are its log, which is cut; its end is the deadline.
        new("print without end", [OutputLimit], [OutputLimit, InvocationStatus.Timeout],
            "while True:\n    sys.stdout.write('x' * 65536)",
            "while (true) { echo str_repeat('x', 65536); }",
            "for (;;) process.stdout.write('x'.repeat(65536));")
        {
            Timeout = TimeSpan.FromSeconds(3),
            InOwnProcess = [OutputLimit, MemoryLimit], // Node's own stream keeps what the pipe does not take, up to its heap's limit
        },
        new("call exit", s_fails, s_fails, "sys.exit(3)", "exit(3);", "process.exit(3);") { ExitCode = 3 },
        new("kill everything in reach", [Ok, Trap], [Ok, Trap],
            """
            for pid in [os.getppid(), 1, *(int(p) for p in os.listdir('/proc') if p.isdigit())]:
                try:
                    if pid not in (0, os.getpid()):
                        os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            """,
            "foreach ([posix_getppid(), 1, ...array_filter(scandir('/proc'), 'ctype_digit')] as $pid) { if ((int) $pid > 0 && (int) $pid !== getmypid()) { @posix_kill((int) $pid, 9); } }",
            "for (const pid of [process.ppid, 1, ...fs.readdirSync('/proc').filter((p) => /^\\d+$/.test(p)).map(Number)]) if (pid > 0 && pid !== process.pid) try { process.kill(pid, 'SIGKILL'); } catch {}"),
        new("change what is built in", s_ok, s_ok,
            "builtins.mark = 1\nbuiltins.print = builtins.repr = None\nos.environ['MARK'] = '1'\nsys.path.insert(0, '/tmp')\nsys.modules['json'] = None\nos.listdir = lambda *a: ['changed']"
            + "\nbuiltins.print = lambda *a, **k: sys.stdout.write('done')",
            "if (!defined('MARK')) { define('MARK', 1); } putenv('MARK=1'); ini_set('precision', '3'); set_error_handler(fn () => exit(9)); spl_autoload_register(fn () => exit(9));",
            "Array.prototype.mark = Object.prototype.mark = String.prototype.mark = globalThis.mark = fs.mark = process.mark = Buffer.mark = 1; fs.readdirSync = () => ['changed']; process.env.MARK = '1';")
        {
            IsKeptByHandlers = true,
        },
        new("leave a timer or thread running", s_ok, s_ok,
            "def tick():\n    while True:\n        time.sleep(0.001)\nthreading.Thread(target=tick, daemon=True).start()",
            "pcntl_async_signals(true); pcntl_signal(SIGALRM, fn () => pcntl_alarm(1)); pcntl_alarm(1);",
            "setInterval(() => {}, 1).unref(); process.on('warning', () => {}); new (require('worker_threads').Worker)('setInterval(() => {}, 1)', { eval: true }).unref();"),
    ];
}
