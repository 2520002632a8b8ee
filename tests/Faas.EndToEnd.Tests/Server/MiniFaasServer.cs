using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Faas.EndToEnd.Tests.Server;

/// <summary>
/// A running <c>minifaas</c> with folders and a port of its own. Disposal ends it as an operator would, and fails when
/// any process or socket of it is left.
/// </summary>
public sealed partial class MiniFaasServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _folder;
    private readonly bool _ownsFolder;
    private readonly Task<string> _output;
    private readonly ConcurrentQueue<string> _errors;
    private bool _ended;

    private MiniFaasServer(Process process, TemporaryFolder folder, bool ownsFolder, Uri address, Task<string> output, ConcurrentQueue<string> errors)
    {
        _process = process;
        _folder = folder;
        _ownsFolder = ownsFolder;
        _output = output;
        _errors = errors;
        Address = address;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public TemporaryFolder Folder => _folder;

    public int ProcessId => _process.Id;

    /// <summary>What it said on standard error so far.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>Pids of the workers that live.</summary>
    public IReadOnlyList<int> Workers => ProcessTable.ChildrenOf(ProcessId, "faas-worker");

    public static Task<MiniFaasServer> StartAsync(params string[] arguments) => StartAsync(new TemporaryFolder(), ownsFolder: true, arguments, []);

    /// <summary>Starts with further environment variables.</summary>
    public static Task<MiniFaasServer> StartWithAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartAsync(new TemporaryFolder(), ownsFolder: true, arguments, environment);

    /// <summary>Starts on a folder that outlives the server.</summary>
    public static Task<MiniFaasServer> StartInAsync(TemporaryFolder folder, params string[] arguments) =>
        StartAsync(folder, ownsFolder: false, arguments, []);

    public async Task<Answer> SendAsync(HttpMethod method, string path, byte[]? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        try
        {
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseContentRead, TestContext.Current.CancellationToken);
            return new((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response.Headers, response.Content.Headers);
        }
        catch (TaskCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            throw new TimeoutException($"no answer to {method} {path}; the server said:\n{Errors}", exception);
        }
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <param name="name">Of the function.</param>
    /// <param name="language">As in <c>lang=</c>.</param>
    /// <param name="source">The body.</param>
    /// <param name="more">Further parameters: <c>&amp;timeout=200</c>.</param>
    public Task<Answer> DeployAsync(string name, string language, string source, string more = "") =>
        SendAsync(HttpMethod.Post, $"/deploy?name={name}&lang={language}{more}", Encoding.UTF8.GetBytes(source));

    /// <summary>Deploys and returns the id; skips the test, naming the language, when this machine cannot build or run it.</summary>
    public async Task<string> DeployedAsync(string name, string language, string source, string more = "")
    {
        var answer = await DeployAsync(name, language, source, more);
        Assert.SkipWhen(answer.Error is "toolchain_missing" or "runtime_missing", $"{language}: {answer.Text("message")}");
        Assert.True(answer.IsOk, $"deploy of {name} ({language}): {answer}");
        return answer.Text("id")!;
    }

    public Task<Answer> InvokeAsync(string function, string input = "", string more = "") =>
        InvokeAsync(function, Encoding.UTF8.GetBytes(input), more);

    public Task<Answer> InvokeAsync(string function, byte[] input, string more = "") =>
        SendAsync(HttpMethod.Post, $"/invoke?fn={function}{more}", input);

    internal Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(Address);

    /// <summary>SIGTERM, without waiting.</summary>
    public void Terminate() => Assert.Equal(0, LibcNativeMethods.kill(ProcessId, LibcNativeMethods.SIGTERM));

    /// <summary>Waits until it has ended and nothing of it is left; its exit code.</summary>
    public async Task<int> WaitForEndAsync()
    {
        var before = ProcessTable.DescendantsOf(ProcessId);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience.Limit);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"the server did not end within {Patience.Limit.TotalSeconds} s of SIGTERM:\n{Errors}");
        }

        await WaitUntilNothingRunsAsync(before);
        return _process.ExitCode;
    }

    /// <summary><c>kill -9</c>; returns when nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        var before = ProcessTable.DescendantsOf(ProcessId);
        Assert.Equal(0, LibcNativeMethods.kill(ProcessId, LibcNativeMethods.SIGKILL));
        await _process.WaitForExitAsync().WaitAsync(Patience.Limit);
        await WaitUntilNothingRunsAsync(before);
        _ended = true;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_ended)
            {
                _ended = true;
                if (!_process.HasExited)
                {
                    Terminate();
                }

                Assert.True(await WaitForEndAsync() == 0, $"the server ended with exit code {_process.ExitCode}:\n{Errors}");
                AssertNoSocketIsLeft();
            }
        }
        finally
        {
            Client.Dispose();
            await _output;
            _process.Dispose();
            if (_ownsFolder)
            {
                _folder.Dispose();
            }
        }
    }

    private static async Task<MiniFaasServer> StartAsync(
        TemporaryFolder folder, bool ownsFolder, string[] arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        string[] own = ["--http", "127.0.0.1:0", "--data", folder.Data, "--runtime-dir", folder.Run];
        var info = MiniFaasCommand.StartInfo([.. arguments, .. own]);
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        var process = Process.Start(info)!;
        process.StandardInput.Close();
        var errors = new ConcurrentQueue<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                errors.Enqueue(text);
            }
        };
        process.BeginErrorReadLine();
        try
        {
            var address = await Patience.ForAsync(ReadAddressAsync(process, errors), "the banner's address");
            return new(process, folder, ownsFolder, address, process.StandardOutput.ReadToEndAsync(), errors);
        }
        catch
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
            if (ownsFolder)
            {
                folder.Dispose();
            }

            throw;
        }
    }

    private static async Task<Uri> ReadAddressAsync(Process process, ConcurrentQueue<string> errors)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (GatewayAddress().Match(line) is { Success: true } match)
            {
                return new Uri(match.Value);
            }
        }

        await process.WaitForExitAsync();
        throw new InvalidOperationException(
            string.Create(CultureInfo.InvariantCulture, $"the server ended at its start with exit code {process.ExitCode}:\n{string.Join('\n', errors)}"));
    }

    private async Task WaitUntilNothingRunsAsync(IReadOnlyList<ProcessIdentity> known)
    {
        IReadOnlyList<ProcessIdentity> left = [];
        await Patience.UntilAsync(
            () => (left = [.. known.Where(ProcessTable.IsAlive), .. ProcessTable.Naming(_folder.Path)]).Count == 0,
            "every process of the server has ended",
            () => string.Join('\n', left.Select(ProcessTable.Describe)));
    }

    // The lock file stays on purpose: removing it would race with the next holder.
    private void AssertNoSocketIsLeft()
    {
        if (Directory.Exists(_folder.Run))
        {
            Assert.Equal([], Directory.GetFileSystemEntries(_folder.Run).Select(Path.GetFileName).Where(name => name != "lock"));
        }
    }

    [GeneratedRegex(@"https?://127\.0\.0\.1:[1-9][0-9]*")]
    private static partial Regex GatewayAddress();
}
