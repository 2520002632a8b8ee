using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Native;

/// <summary>What functions of one worker and language cannot do to each other: take their room, answer in their place, be heard by them.</summary>
[Collection("interpreters")]
public sealed class NeighboursTests : IDisposable
{
    private static readonly InvocationLimits s_limits = InvocationLimits.Default with { Timeout = TimeSpan.FromSeconds(60) };

    private readonly List<GuestFunctions> _backends = [];

    public void Dispose() => _backends.ForEach(functions => functions.Dispose());

    [Theory]
    [InlineData("python", "import os; print('v', os.path.getsize('/fn/data.bin'), end='')")]
    [InlineData("php", "<?php echo 'v ', filesize('/fn/data.bin');")]
    public void Invoke_ManyLargeVersions_AllRunAndSoDoOthers(string language, string source)
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        var functions = Add(language);
        var data = new byte[30 << 20];
        for (var version = 0; version < 8; version++)
        {
            AssertAnswers("v 31457280", functions.LoadArchive(source, new() { ["data.bin"] = data }, s_limits));
        }

        var small = functions.Load(GuestLanguageOf(language).Hello, s_limits);
        AssertAnswers("hello\n", small);
        AssertAnswers("hello\n", small);
    }

    [Theory]
    [InlineData("python", "import os; print('v', os.path.getsize('/fn/data.bin'), end='')")]
    [InlineData("php", "<?php echo 'v ', filesize('/fn/data.bin');")]
    public void Invoke_RemovedForOthersAndCalledAgain_HasItsFilesAgain(string language, string source)
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        var functions = Add(language);
        var all = Enumerable.Range(0, 4)
            .Select(i => functions.LoadArchive(source, new() { ["data.bin"] = new byte[(60 << 20) + i] }, s_limits)).ToList();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < all.Count; i++)
            {
                AssertAnswers($"v {(60 << 20) + i}", all[i]);
            }
        }
    }

    [Theory]
    [InlineData("python", "print('ran')")]
    [InlineData("php", "<?php echo 'ran';")]
    public void Invoke_FilesThatAreTooMany_FailByName(string language, string source)
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        var functions = Add(language);
        var files = Enumerable.Range(0, 2).ToDictionary(i => $"{i}.bin", _ => new byte[50 << 20]);
        var invocation = new InMemoryInvocation(limits: s_limits);
        var large = functions.LoadArchive(source, files, s_limits);
        for (var i = 0; i < 2; i++)
        {
            var result = large.Invoke(invocation);
            Assert.Equal(InvocationStatus.InvalidModule, result.Status);
            Assert.Contains("96 MiB", result.Message, StringComparison.Ordinal);
        }

        AssertAnswers("hello\n", functions.Load(GuestLanguageOf(language).Hello, s_limits));
    }

    /// <summary>Both kinds of address that belong to a network namespace, from a handler that listens between its calls.</summary>
    [Theory]
    [InlineData(
        "python",
        """
        import socket
        kept = []
        def handler(event, context):
            if not kept:
                for family, address in ((socket.AF_INET, ('127.0.0.1', 8000)), (socket.AF_UNIX, '\0of-a-function')):
                    s = socket.socket(family); s.bind(address); s.listen(5); kept.append(s)
                socket.create_connection(('127.0.0.1', 8000), 5).close()
            return 'listens'
        """,
        """
        import socket
        for family, address in ((socket.AF_INET, ('127.0.0.1', 8000)), (socket.AF_UNIX, '\0of-a-function')):
            try:
                socket.socket(family).connect(address); print('connected', address)
            except ConnectionRefusedError:
                print('refused')
        """)]
    [InlineData(
        "php",
        """
        <?php
        return function ($event, $context) {
            static $kept = null;
            $kept ??= stream_socket_server('tcp://127.0.0.1:8000');
            return stream_socket_client('tcp://127.0.0.1:8000', $n, $s, 5) ? 'listens' : 'no';
        };
        """,
        """
        <?php
        foreach (['tcp://127.0.0.1:8000', 'tcp://127.0.0.1:8000'] as $address) {
            echo @stream_socket_client($address, $n, $s, 5) ? 'connected' : 'refused', "\n";
        }
        """)]
    public void Invoke_AnotherFunctionListens_IsNotReached(string language, string listens, string connects)
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        var functions = Add(language);
        var listener = functions.Load(listens, s_limits);
        AssertAnswers("listens", listener);
        AssertAnswers("refused\nrefused\n", functions.Load(connects, s_limits));
        AssertAnswers("listens", listener);
    }

    /// <summary>A handler that takes all it can get of what the kernel counts by user, and keeps it.</summary>
    [Theory]
    [InlineData("python")]
    [InlineData("php")]
    public void Invoke_AnotherFunctionTakesAllItCan_LeavesEnough(string language)
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        // Python says how many inotify instances it got, and how many signals stay pending.
        var source = language == "python"
            ? """
                import ctypes, signal
                libc = ctypes.CDLL(None, use_errno=True)
                def handler(event, context):
                    n = signals = 0
                    while n < 300 and libc.inotify_init1(0) >= 0: n += 1
                    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
                    while signals < 5000 and libc.sigqueue(ctypes.c_int(__import__('os').getpid()), ctypes.c_int(signal.SIGRTMIN), ctypes.c_void_p(0)) == 0: signals += 1
                    return f'{0 < n < 50} {0 < signals < 2000}'
                """
            : """
                <?php
                return function ($event, $context) {
                    $c = FFI::cdef('int inotify_init1(int f); int sigqueue(int pid, int signal, long value);');
                    $n = $signals = 0;
                    while ($n < 300 && $c->inotify_init1(0) >= 0) { $n++; }
                    pcntl_sigprocmask(SIG_BLOCK, [40]);
                    while ($signals < 5000 && $c->sigqueue(getmypid(), 40, 0) === 0) { $signals++; }
                    return ($n > 0 && $n < 50 ? 'True' : "False $n") . ($signals > 0 && $signals < 2000 ? ' True' : " False $signals");
                };
                """;
        var functions = Add(language);
        for (var i = 0; i < 4; i++)
        {
            AssertAnswers("True True", functions.Load(source, s_limits));
        }
    }

    [Fact]
    public void Invoke_ArchiveWithCompiledCodeInItsFolder_RunsItsSource()
    {
        var functions = Add("python");
        // Made by the interpreter that would load it.
        var maker = new InMemoryInvocation(limits: s_limits);
        functions.Load("import marshal, sys; sys.stdout.buffer.write(marshal.dumps(compile(\"print('not the source')\", 'x', 'exec')))", s_limits).Invoke(maker);
        byte[] code = [.. maker.Output];
        Assert.NotEmpty(code);
        var module = functions.LoadArchive("print('the source')", new() { [".code"] = code }, s_limits);
        AssertAnswers("the source\n", module);
        AssertAnswers("the source\n", module);
    }

    /// <summary>The source is read and compiled once the child has nothing but its own function's folder, and no capability.</summary>
    [Fact]
    public void Invoke_CompiledCodeOfNeighbours_IsNotInReach()
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        var functions = Add("python");
        AssertAnswers("hello\n", functions.Load(GuestLanguage.Python.Hello, s_limits));
        var module = functions.Load(
            "import os; print(sorted(os.listdir('/fn')), [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if int(n) > 3 and os.path.exists(f'/proc/self/fd/{n}')])",
            s_limits);
        AssertAnswers("['code.py'] []\n", module);
        AssertAnswers("['code.py'] []\n", module);
    }

    private static GuestLanguage GuestLanguageOf(string name) => name == "python" ? GuestLanguage.Python : GuestLanguage.Php;

    private static void AssertAnswers(string expected, IRuntimeModule module)
    {
        var invocation = new InMemoryInvocation(limits: s_limits);
        var result = module.Invoke(invocation);
        Assert.True(result.Status == InvocationStatus.Ok && invocation.OutputText == expected, $"{result} {invocation.OutputText} {invocation.ErrorText}");
    }

    private GuestFunctions Add(string language)
    {
        var functions = new GuestFunctions(GuestLanguageOf(language));
        _backends.Add(functions);
        return functions;
    }
}
