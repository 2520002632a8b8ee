using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Tests.Native;

/// <summary>One language's way of saying what the tests ask of every language.</summary>
public sealed record GuestLanguage(
    string Name,
    ModuleKind Kind,
    string Extension,
    string Hello,
    string Echo,
    string Arguments,
    string Environment,
    string ExitSeven,
    string Throw,
    string Loop,
    string Flood,
    string MemoryBomb,
    string Daemon,
    string State,
    string Crash,
    string ReadShadow,
    string WorkFolder,
    GuestArchive Archive,
    string WriteOutside,
    string OpenSocket,
    string Handler,
    string FailingHandler)
{
    public override string ToString() => Name;

    public static GuestLanguage Python { get; } = new(
        "python", ModuleKind.Python, ".py",
        Hello: "print('hello')",
        Echo: "import sys\nsys.stdout.write(sys.stdin.read())",
        Arguments: "import sys\nprint('|'.join(sys.argv[1:]))",
        Environment: "import os\nprint('\\n'.join(sorted(f'{k}={v}' for k, v in os.environ.items())))",
        ExitSeven: "import sys\nprint('out')\nsys.exit(7)",
        Throw: "raise ValueError('boom')",
        Loop: "print('on', flush=True)\nwhile True: pass",
        Flood: "import sys\nwhile True: sys.stdout.write('x' * 65536)",
        MemoryBomb: "b = []\nwhile True: b.append(bytearray(8 << 20))",
        Daemon: "import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.execv('/bin/sleep', ['sleep', '4321'])\n    os._exit(0)\nprint('left')",
        State: "import builtins, random, os\nprint(getattr(builtins, 'mark', 0), os.path.exists('/tmp/mark'))\nbuiltins.mark = 1\nopen('/tmp/mark', 'w').close()",
        Crash: "import ctypes\nctypes.string_at(0)",
        ReadShadow: "print(open('/etc/shadow').read())",
        WorkFolder: "import os\nprint(os.path.exists('left'))\nopen('left', 'w').close()",
        Archive: new("app/start.py", "from lib.greet import hello\nprint(hello())", "app/lib/greet.py", "def hello(): return 'hello'"),
        WriteOutside: "open('/fn/x', 'w')",
        OpenSocket: "import socket\nsocket.create_connection(('192.0.2.1', 9), 2)",
        Handler: "import asyncio\nn = 0\nasync def handler(event, context):\n    global n\n    n += 1\n    await asyncio.sleep(0)\n    return {'n': n, 'event': event}",
        FailingHandler: "def handler(event, context):\n    raise ValueError('boom')");

    public static GuestLanguage Php { get; } = new(
        "php", ModuleKind.Php, ".php",
        Hello: "<?php echo \"hello\\n\";",
        Echo: "<?php echo stream_get_contents(STDIN);",
        Arguments: "<?php echo implode('|', array_slice($argv, 1)), \"\\n\";",
        Environment: "<?php $e = getenv(); ksort($e); foreach ($e as $k => $v) { echo \"$k=$v\\n\"; }",
        ExitSeven: "<?php echo 'out'; exit(7);",
        Throw: "<?php throw new ValueError('boom');",
        Loop: "<?php echo 'on'; while (true) {}",
        Flood: "<?php while (true) { echo str_repeat('x', 65536); }",
        MemoryBomb: "<?php $b = []; while (true) { $b[] = str_repeat('x', 8 << 20); }",
        Daemon: "<?php if (pcntl_fork() === 0) { posix_setsid(); if (pcntl_fork() === 0) { pcntl_exec('/bin/sleep', ['4321']); } exit(0); } echo 'left';",
        State: "<?php echo defined('MARK') ? 1 : 0, ' ', file_exists('/tmp/mark') ? 'True' : 'False', \"\\n\"; define('MARK', 1); touch('/tmp/mark');",
        Crash: "<?php $f = FFI::cdef('int raise(int); void abort(void);'); $f->abort();",
        ReadShadow: "<?php $t = @file_get_contents('/etc/shadow'); if ($t === false) { exit(1); } echo $t;",
        WorkFolder: "<?php echo file_exists('left') ? 'True' : 'False', \"\\n\"; touch('left');",
        Archive: new("app/start.php", "<?php require __DIR__ . '/lib/greet.php'; echo hello(), \"\\n\";", "app/lib/greet.php", "<?php function hello() { return 'hello'; }"),
        WriteOutside: "<?php exit(@file_put_contents('/fn/x', 'x') === false ? 1 : 0);",
        OpenSocket: "<?php exit(@stream_socket_client('tcp://192.0.2.1:9', $n, $s, 2) === false ? 1 : 0);",
        Handler: "<?php $n = 0; return function ($event, $context) use (&$n) { return ['n' => ++$n, 'event' => $event]; };",
        FailingHandler: "<?php return function ($event) { throw new ValueError('boom'); };");

    public static GuestLanguage Node { get; } = new(
        "node", ModuleKind.JavaScript, ".js",
        Hello: "console.log('hello')",
        Echo: "process.stdin.pipe(process.stdout)",
        Arguments: "console.log(process.argv.slice(2).join('|'))",
        Environment: "console.log(Object.keys(process.env).sort().map((k) => `${k}=${process.env[k]}`).join('\\n'))",
        ExitSeven: "console.log('out'); process.exit(7)",
        Throw: "throw new TypeError('boom')",
        Loop: "console.log('on'); for (;;);",
        Flood: "for (;;) process.stdout.write('x'.repeat(65536))",
        MemoryBomb: "const b = []; for (;;) b.push(new Array(1 << 20).fill({}))",
        Daemon: "require('child_process').spawn('/bin/sleep', ['4321'], { detached: true, stdio: 'ignore' }).unref(); console.log('left')",
        State: "console.log(globalThis.mark ?? require('fs').mark ?? Array.prototype.mark ?? 0, require('fs').existsSync('/tmp/mark') ? 'True' : 'False'); "
            + "globalThis.mark = Array.prototype.mark = 1; require('fs').mark = 1; require('fs').writeFileSync('/tmp/mark', ''); setInterval(() => {}, 5).unref()",
        Crash: "process.abort()",
        ReadShadow: "console.log(require('fs').readFileSync('/etc/shadow', 'utf8'))",
        WorkFolder: "const fs = require('fs'); console.log(fs.existsSync('left') ? 'True' : 'False'); fs.writeFileSync('left', '')",
        Archive: new("app/start.js", "console.log(require('./lib/greet').hello())", "app/lib/greet.js", "exports.hello = () => 'hello'"),
        WriteOutside: "require('fs').writeFileSync('/fn/x', '')",
        OpenSocket: "require('net').connect(9, '192.0.2.1')",
        Handler: "let n = 0; exports.handler = async (event, context) => { n++; await null; return { n, event }; }",
        FailingHandler: "exports.handler = async () => { throw new TypeError('boom'); }");
}
