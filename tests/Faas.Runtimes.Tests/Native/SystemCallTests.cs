using System.Globalization;
using System.Runtime.InteropServices;
using Faas.Protocol.Contracts;
using Faas.Seccomp;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Native;

/// <summary>What guests of every language and style hear from the kernel when they ask for what no function needs.</summary>
[Collection("interpreters")]
public sealed class SystemCallTests : IDisposable
{
    private static readonly InvocationLimits s_patient = InvocationLimits.Default with { Timeout = TimeSpan.FromSeconds(60) };

    private readonly string _folder = Directory.CreateTempSubdirectory("faas-calls-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("python", "script", "on")]
    [InlineData("python", "handler", "on")]
    [InlineData("python", "process", "on")]
    [InlineData("php", "script", "on")]
    [InlineData("php", "handler", "on")]
    [InlineData("php", "process", "on")]
    [InlineData("python", "script", "off")]
    [InlineData("python", "handler", "off")]
    [InlineData("php", "script", "off")]
    [InlineData("php", "handler", "off")]
    public void Invoke_RefusedSystemCalls_AnswerTheirError(string language, string style, string sandbox)
    {
        SkipUnlessFiltered(sandbox);
        // Each line: expected error number, number of the call, arguments. All are nonsense where there is no filter.
        var answer = Run(language, style, sandbox, language == "python" ? PythonCalls : PhpCalls);
        Assert.Equal("2 []", answer);
    }

    [Theory]
    [InlineData("python", "script")]
    [InlineData("python", "handler")]
    [InlineData("python", "process")]
    [InlineData("php", "script")]
    [InlineData("php", "handler")]
    [InlineData("php", "process")]
    public void Invoke_Mount_IsRefused(string language, string style)
    {
        SkipUnlessFiltered("on");
        var source = language == "python"
            ? """
                import ctypes
                libc = ctypes.CDLL(None, use_errno=True)
                def tried():
                    return f"{libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)} {ctypes.get_errno()}"
                """
            : """
                $c = FFI::cdef('int mount(const char *s, const char *t, const char *k, unsigned long f, void *d); int *__errno_location(void);');
                function tried() { global $c; return $c->mount('none', '/tmp', 'tmpfs', 0, null) . ' ' . $c->__errno_location()[0]; }
                """;
        Assert.Equal("-1 1", Run(language, style, "on", source));
    }

    [Theory]
    [InlineData("script")]
    [InlineData("handler")]
    [InlineData("process")]
    public void Invoke_NodeMakesANamespace_IsRefused(string style)
    {
        SkipUnlessFiltered("on");
        const string source = """
            const tried = () => {
              const { spawnSync } = require('child_process');
              const made = spawnSync('/usr/bin/unshare', ['--user', '/bin/true'], { encoding: 'utf8' });
              const seccomp = /^Seccomp:\s*(\d)/m.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1];
              return `${seccomp} ${made.stderr.includes('Operation not permitted') ? 'refused' : `made: ${made.status} ${made.stderr}`}`;
            };
            """;
        Assert.Equal("2 refused", Run("node", style, "on", source));
    }

    /// <summary>The first process of a PHP child's namespace is not the job itself, and has had capabilities that the job has not.</summary>
    [Theory]
    [InlineData("script")]
    [InlineData("handler")]
    public void Invoke_PhpOpensItsAttendantsMemory_IsRefused(string style)
    {
        SkipUnlessFiltered("on");
        const string source = "function tried() { return getmypid() . (@fopen('/proc/1/mem', 'r+') === false ? ' refused' : ' opened'); }";
        Assert.Equal("2 refused", Run("php", style, "on", source));
    }

    [Fact]
    public void Load_FilterRequiredAndMissing_Refuses()
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        using var backend = Backend("python", new() { ["seccomp"] = "off", ["require-sandbox"] = "true" });
        var exception = Assert.Throws<ModuleLoadException>(() => Load(backend, "python", "script", "tried = lambda: 1\n"));
        Assert.Equal(InvocationStatus.RuntimeMissing, exception.Status);
    }

    [Theory]
    [InlineData("python")]
    [InlineData("php")]
    public void Invoke_NoFilterToBeHad_RunsWithout(string language)
    {
        SkipUnlessFiltered("on");
        var answer = Run(language, "script", "on", language == "python" ? PythonCalls : PhpCalls, new() { ["seccomp"] = "off" });
        Assert.StartsWith("0 [[", answer, StringComparison.Ordinal); // some are not refused then: the other tests could fail
    }

    private const string PythonCalls = """
        import ctypes, re
        libc = ctypes.CDLL(None, use_errno=True)
        def error_of(number, *arguments):
            return 0 if libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) for a in arguments)) >= 0 else ctypes.get_errno()
        def tried():
            seccomp = re.search(r'Seccomp:\s*(\d)', open('/proc/self/status').read())[1]
            return seccomp + ' ' + str([call for call in TABLE if error_of(*call[1:]) != call[0]])
        """;

    private const string PhpCalls = """
        $c = FFI::cdef('long syscall(long n, long a, long b, long c, long d, long e, long f); int *__errno_location(void);');
        function tried() {
            global $c;
            preg_match('/^Seccomp:\s*(\d)/m', file_get_contents('/proc/self/status'), $found);
            return $found[1] . ' ' . json_encode(array_values(array_filter(TABLE, function ($call) use ($c) {
                return ($c->syscall(...array_slice($call, 1)) >= 0 ? 0 : $c->__errno_location()[0]) !== $call[0];
            })));
        }
        """;

    /// <summary>Rows of [error, number, six arguments], as Python and PHP write them.</summary>
    private static string Table()
    {
        var rows = new List<long[]>();
        foreach (var call in SeccompFilter.RefusedTo(FilterUse.ZygoteChild, Unbounded.UnmappedMemory))
        {
            if (Number(call) >= 0)
            {
                rows.Add([1, Number(call), -1, -1, -1, -1, -1, -1]);
            }
        }

        Add("clone3", 38, 0, 0);
        Add("clone", 1, 0x1000_0200); // a user namespace, and the file system shared: both at once are invalid
        Add("personality", 1, 0x0004_0000);
        Add("ioctl", 1, 0, 0x5412);
        Add("socket", 97, 17, 3, 0); // AF_PACKET
        Add("socket", 97, 16, 3, 12); // NETLINK_NETFILTER
        Add("socketpair", 97, 2, 1, 0);
        return $"[{string.Join(", ", rows.Select(row => $"[{string.Join(", ", row.Select(n => n.ToString(CultureInfo.InvariantCulture)))}]"))}]";

        void Add(string name, int error, params long[] arguments) =>
            rows.Add([error, Number(ExaminedCalls.All.Single(entry => entry.Call.Name == name).Call), .. arguments, .. new long[6 - arguments.Length]]);
    }

    private static int Number(SystemCall call) => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? call.X64 : call.Arm64;

    private static void SkipUnlessFiltered(string sandbox)
    {
        Assert.SkipUnless(SeccompFilter.IsAvailable, "this kernel does not filter system calls");
        Assert.SkipUnless(sandbox == "off" || Confinement.Works, "needs a working bubblewrap");
    }

    private static string Source(string language, string style, string tried) => (language, style) switch
    {
        ("python", "handler") => $"{tried}\ndef handler(event, context):\n    return tried()\n",
        ("python", _) => $"{tried}\nprint(tried(), end='')\n",
        ("php", "handler") => $"<?php {tried}\nreturn function ($event, $context) {{ return tried(); }};\n",
        ("php", _) => $"<?php {tried}\necho tried();\n",
        (_, "handler") => $"{tried}\nexports.handler = async () => tried();\n",
        _ => $"{tried}\nprocess.stdout.write(tried());\n",
    };

    private string Run(string language, string style, string sandbox, string tried, Dictionary<string, string>? settings = null)
    {
        using var backend = Backend(language, settings ?? new() { ["sandbox"] = sandbox });
        using var module = Load(backend, language, style, tried.Replace("TABLE", Table(), StringComparison.Ordinal));
        var invocation = new InMemoryInvocation("1"u8.ToArray(), limits: s_patient);
        var result = module.Invoke(invocation);
        Assert.True(result.Status == InvocationStatus.Ok, $"{result} {invocation.ErrorText}");
        return invocation.OutputText;
    }

    private IRuntimeBackend Backend(string language, Dictionary<string, string> settings) =>
        BackendCatalog.Create(language, new BackendOptions { ScratchDirectory = Path.Combine(_folder, "scratch"), Settings = settings });

    private IRuntimeModule Load(IRuntimeBackend backend, string language, string style, string tried)
    {
        var path = Path.Combine(_folder, "source");
        File.WriteAllText(path, Source(language, style, tried));
        var kind = language switch { "python" => ModuleKind.Python, "php" => ModuleKind.Php, _ => ModuleKind.JavaScript };
        var options = new Dictionary<string, string> { ["isolation"] = style == "process" ? "process" : "shared" };
        return backend.Load(new ModuleDescriptor("f_1", kind, path, s_patient, options));
    }
}
