using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Faas.LoadTests.Scenarios;

namespace Faas.LoadTests.Targets;

/// <summary>A MiniFaas of its own for one case or group of cases: private folders, a free port, the binary a user runs.</summary>
internal sealed class FaasServer : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _client;
    private readonly HashSet<string> _deployed = [];
    private SlowWorker? _slowWorker;

    private FaasServer(ChildProcess process, DirectoryInfo folder, Uri address)
    {
        _process = process;
        _folder = folder;
        Address = address;
        _client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public Uri Address { get; }

    /// <summary>From the start of the process to the first ready answer.</summary>
    public TimeSpan StartToReady { get; private init; }

    public int ProcessId => _process.Id;

    public static async Task<FaasServer> StartAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        if (!File.Exists(RepositoryLayout.Server))
        {
            throw new FileNotFoundException($"no server to measure: {RepositoryLayout.Server}. Build it with ./scripts/build, or name another build's folder in MINIFAAS_BIN");
        }

        var folder = Directory.CreateTempSubdirectory("faas-load-");
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        string[] arguments =
        [
            .. settings.ToArguments(),
            "--http", address.Authority,
            "--data", Path.Combine(folder.FullName, "data"),
            "--runtime-dir", Path.Combine(folder.FullName, "run"),
        ];
        var started = Stopwatch.GetTimestamp();
        var process = new ChildProcess(RepositoryLayout.Server, arguments);
        try
        {
            await WaitUntilReadyAsync(process, address, cancellationToken);
            var server = new FaasServer(process, folder, address) { StartToReady = Stopwatch.GetElapsedTime(started) };
            if (settings.SlowFirstWorker > 0)
            {
                server._slowWorker = new SlowWorker(ProcessTree.ChildrenOf(process.Id)[0], settings.SlowFirstWorker);
            }

            return server;
        }
        catch
        {
            await process.DisposeAsync();
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Deploys the function if it is not there; throws with the server's answer when it refuses.</summary>
    public async Task DeployAsync(FunctionSource function, CancellationToken cancellationToken)
    {
        if (!_deployed.Add(function.Name))
        {
            return;
        }

        using var body = new ByteArrayContent(function.Code);
        using var answer = await _client.PostAsync($"/deploy?name={function.Name}&lang={function.Language}{function.Options}", body, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            _deployed.Remove(function.Name);
            throw new InvalidOperationException($"deploy of {function.Name} ({function.Language}): {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    /// <summary>One invocation outside the measuring: throws when it fails.</summary>
    public async Task<string> InvokeAsync(string function, byte[] input, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(input);
        using var answer = await _client.PostAsync($"/invoke?fn={function}", body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"invoke of {function}: {(int)answer.StatusCode} {text}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_slowWorker is not null)
        {
            await _slowWorker.DisposeAsync();
        }

        _client.Dispose();
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task WaitUntilReadyAsync(ChildProcess process, Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(2) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_startLimit);
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"the server ended at its start:\n{process.Output}");
            }

            try
            {
                using var answer = await client.GetAsync("/readyz", limit.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"the server was not ready after {s_startLimit.TotalSeconds} s:\n{process.Output}");
            }

            await Task.Delay(5, cancellationToken); // the resolution of the start-to-ready figure
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
