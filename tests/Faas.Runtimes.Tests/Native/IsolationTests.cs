using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Native;

/// <summary>
/// Every misdeed of <see cref="MisdeedTable"/>, in every language and style, on one backend that serves them all: it
/// ends as the table says, and what is called next (the same function, another one) is answered as if nothing had been,
/// and on time.
/// </summary>
[Collection("interpreters")]
public sealed class IsolationTests(IsolationTests.Backends backends) : IClassFixture<IsolationTests.Backends>
{
    private const string OthersSecret = "kept by another function";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60); // a guard against hanging, never an expectation

    /// <summary>
    /// The timeout of the calls after a misdeed, so that lateness is a status. They take milliseconds, or the 60 of a
    /// Node that is started for them; the rest is for a machine that is busy with something else.
    /// </summary>
    private static readonly TimeSpan s_onTime = TimeSpan.FromSeconds(2);

    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var misdeed in MisdeedTable.All)
            {
                foreach (var language in MisdeedLanguage.All)
                {
                    rows.Add(misdeed.Name, language.Name, "script");
                    rows.Add(misdeed.Name, language.Name, "handler");
                    rows.Add(misdeed.Name, language.Name, "process"); // a script that has one to itself
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Misdeed_IsStopped_AndTheNextIsCleanAndOnTime(string name, string languageName, string style)
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        var misdeed = MisdeedTable.All.Single(m => m.Name == name);
        var language = MisdeedLanguage.All.Single(l => l.Name == languageName);
        var isHandler = style == "handler";
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var secret = Path.Combine(backends.Folder, "data", "secret");
        var marker = Random.Shared.Next(100_000, 999_999).ToString(CultureInfo.InvariantCulture); // a length of sleep nobody else has
        var deed = language.Deed(misdeed)
            .Replace("SECRET_FILE", secret, StringComparison.Ordinal)
            .Replace("PORT", ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("MARKER", marker, StringComparison.Ordinal);
        var limits = InvocationLimits.Default with { Timeout = s_patience, MemoryBytes = 64 << 20, OutputBytes = 1 << 20 };
        using var other = backends.Load(language, style, language.Comment + OthersSecret + "\n", "", limits);
        using var module = backends.Load(language, style, "", deed, limits);
        AssertClean(other, limits);

        var invocation = new InMemoryInvocation("deed"u8.ToArray(), limits: limits with { Timeout = misdeed.Timeout ?? s_patience });
        var result = module.Invoke(invocation);
        var expected = style switch { "handler" => misdeed.AsHandler, "process" => misdeed.InOwnProcess ?? misdeed.AsScript, _ => misdeed.AsScript };
        Assert.True(expected.Contains(result.Status), $"{result} is none of {string.Join(", ", expected)}\n{Head(invocation.OutputText)}\n{Head(invocation.ErrorText)}");
        if (misdeed.ExitCode is { } code)
        {
            Assert.Equal(code, result.ExitCode);
        }

        foreach (var leak in new[] { "GOT", "root:", OthersSecret, "kept by the host" })
        {
            Assert.DoesNotContain(leak, invocation.OutputText, StringComparison.Ordinal);
        }

        Assert.False(listener.Pending());
        var soon = limits with { Timeout = s_onTime };
        if (!isHandler || !misdeed.IsKeptByHandlers)
        {
            AssertClean(module, soon);
        }

        AssertClean(other, soon);
        Assert.True(SpinWait.SpinUntil(() => !IsRunning(marker), s_patience), "what it started still runs");
    }

    private static string Head(string text) => text.Length > 2000 ? text[..2000] : text;

    private static void AssertClean(IRuntimeModule module, InvocationLimits limits)
    {
        var invocation = new InMemoryInvocation("look"u8.ToArray(), limits: limits);
        var result = module.Invoke(invocation);
        Assert.True(result.Status == InvocationStatus.Ok && invocation.OutputText.Trim() == "clean", $"{result} {Head(invocation.OutputText)} {Head(invocation.ErrorText)}");
    }

    private static bool IsRunning(string marker) => Directory.GetDirectories("/proc").Any(folder =>
    {
        try
        {
            return File.ReadAllText(folder + "/cmdline").Contains("sleep\0" + marker, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // no process, or not any more
        }
    });

    /// <summary>One backend a language for all rows, as a worker has.</summary>
    public sealed class Backends : IDisposable
    {
        private readonly Dictionary<string, IRuntimeBackend> _backends = new(StringComparer.Ordinal);
        private int _functions;

        public Backends()
        {
            Directory.CreateDirectory(Path.Combine(Folder, "data"));
            File.WriteAllText(Path.Combine(Folder, "data", "secret"), "kept by the host");
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("faas-isolation-").FullName;

        public void Dispose()
        {
            foreach (var backend in _backends.Values)
            {
                backend.Dispose();
            }

            Directory.Delete(Folder, recursive: true);
        }

        internal IRuntimeModule Load(MisdeedLanguage language, string style, string head, string deed, InvocationLimits limits)
        {
            if (!_backends.TryGetValue(language.Name, out var backend))
            {
                _backends[language.Name] = backend =
                    BackendCatalog.Create(language.Name, new BackendOptions { ScratchDirectory = Path.Combine(Folder, "scratch-" + language.Name) });
            }

            var id = $"{language.Name}_{++_functions}";
            var path = Path.Combine(Folder, "data", id);
            File.WriteAllText(path, language.Source(style == "handler", head, deed));
            var options = new Dictionary<string, string>();
            if (style == "process")
            {
                options["isolation"] = "process";
            }

            try
            {
                return backend.Load(new ModuleDescriptor(id, language.Kind, path, limits, options));
            }
            catch (ModuleLoadException e) when (e.Status == InvocationStatus.RuntimeMissing)
            {
                Assert.Skip(e.Message);
                throw;
            }
        }
    }
}
