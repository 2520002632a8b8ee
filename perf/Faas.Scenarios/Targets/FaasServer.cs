using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Faas.Scenarios.Targets;

/// <summary>A MiniFaas of its own for one case or group of cases: private folders, a free port, the binary a user runs.</summary>
internal sealed class FaasServer : IMeasuredServer
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;
    private readonly FunctionData _data;
    private readonly bool _ownsData;
    private readonly HttpClient _client;
    private SlowWorker? _slowWorker;

    private FaasServer(ChildProcess process, DirectoryInfo folder, FunctionData data, bool ownsData, Uri address)
    {
        _process = process;
        _folder = folder;
        _data = data;
        _ownsData = ownsData;
        Address = address;
        _client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public Uri Address { get; }

    /// <summary>The ingress socket, as <c>unix:</c> and its path.</summary>
    public Uri Ingress => new("unix:" + Path.Combine(_folder.FullName, "run", "ingress.sock"));

    /// <summary>From the start of the process to the first answer that says every worker is ready.</summary>
    public TimeSpan StartToReady { get; private init; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <param name="settings">How it is started.</param>
    /// <param name="cancellationToken">Gives up waiting for it.</param>
    /// <param name="data">Functions of an earlier server; null = a folder of its own, deleted with it.</param>
    public static async Task<FaasServer> StartAsync(ServerSettings settings, CancellationToken cancellationToken, FunctionData? data = null)
    {
        var binary = Path.Combine(settings.BinFolder ?? RepositoryLayout.BinFolder, "minifaas");
        if (!File.Exists(binary))
        {
            throw new FileNotFoundException($"no server to measure: {binary}. Build it with ./scripts/build, or name another build's folder in MINIFAAS_BIN");
        }

        var folder = Directory.CreateTempSubdirectory("faas-load-");
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var ownsData = data is null;
        data ??= new FunctionData();
        string[] arguments =
        [
            .. settings.ToArguments(),
            "--http", address.Authority,
            "--data", data.Path,
            "--runtime-dir", Path.Combine(folder.FullName, "run"),
        ];
        var started = Stopwatch.GetTimestamp();
        var process = new ChildProcess(binary, arguments);
        try
        {
            await WaitUntilReadyAsync(process, address, settings.Workers, cancellationToken);
            var server = new FaasServer(process, folder, data, ownsData, address) { StartToReady = Stopwatch.GetElapsedTime(started) };
            if (settings.SlowFirstWorker > 0)
            {
                server.SlowFirstWorker(settings.SlowFirstWorker);
            }

            return server;
        }
        catch
        {
            await process.DisposeAsync();
            folder.Delete(recursive: true);
            if (ownsData)
            {
                data.Dispose();
            }

            throw;
        }
    }

    /// <summary>Deploys those that are not there; throws with the server's answer when it refuses one.</summary>
    public async Task DeployAsync(IEnumerable<FunctionSource> functions, CancellationToken cancellationToken)
    {
        // Compilers use the processors better than one after the other would; past a few they only wait for each other.
        var missing = functions.Where(function => !_data.Deployed.ContainsKey(function.Name)).ToArray();
        await Parallel.ForEachAsync(
            missing,
            new ParallelOptions { MaxDegreeOfParallelism = 2 * Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (function, token) => await DeployAsync(function, token));
    }

    /// <summary>Deploys the function if it is not there; throws with the server's answer when it refuses.</summary>
    public async Task DeployAsync(FunctionSource function, CancellationToken cancellationToken)
    {
        if (_data.Deployed.TryGetValue(function.Name, out var known))
        {
            if (known.Language != function.Language || !known.Code.AsSpan().SequenceEqual(function.Code))
            {
                throw new InvalidOperationException($"two functions of this run have the name {function.Name}");
            }

            return;
        }

        using var body = new ByteArrayContent(function.Code);
        using var answer = await _client.PostAsync($"/deploy?name={function.Name}&lang={function.Language}{function.Options}", body, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"deploy of {function.Name} ({function.Language}): {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }

        lock (_data.Deployed)
        {
            _data.Deployed[function.Name] = function;
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

    /// <summary>One invocation and what its answer's headers say of it; throws when it fails.</summary>
    public async Task<InvocationReceipt> InvokeForReceiptAsync(string function, CancellationToken cancellationToken, byte[]? input = null)
    {
        using var body = new ByteArrayContent(input ?? []);
        using var answer = await _client.PostAsync($"/invoke?fn={function}", body, cancellationToken);
        return answer.IsSuccessStatusCode
            ? InvocationReceipt.Read(answer)
            : throw new InvalidOperationException($"invoke of {function}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <summary>Workers that can be picked now.</summary>
    public Task<int> ReadyWorkersAsync(CancellationToken cancellationToken) => ReadyWorkersAsync(_client, cancellationToken);

    /// <summary>Records what the server does from now on; ends with the trace.</summary>
    public async Task<byte[]> RecordAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, FormattableString.Invariant($"/lab/record?seconds={length.TotalSeconds}"));
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>From now on the first worker is kept stopped for this share of the time.</summary>
    public void SlowFirstWorker(double stoppedShare) => _slowWorker ??= new SlowWorker(ProcessTree.ChildrenOf(ProcessId)[0], stoppedShare);

    /// <summary>Gives each worker one processor, in turn.</summary>
    public void PinWorkers()
    {
        var workers = ProcessTree.ChildrenOf(ProcessId);
        for (var i = 0; i < workers.Length; i++)
        {
            ProcessorPin.Pin(workers[i], i % Environment.ProcessorCount);
        }
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
        if (_ownsData)
        {
            _data.Dispose();
        }
    }

    private static async Task<int> ReadyWorkersAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync("/readyz", cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            return 0;
        }

        using var json = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
        return json.RootElement.GetProperty("workersReady").GetInt32();
    }

    private static async Task WaitUntilReadyAsync(ChildProcess process, Uri address, int workers, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(2) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_startLimit);
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"the server ended at its start: {ReasonIn(process.Output)}");
            }

            try
            {
                if (await ReadyWorkersAsync(client, limit.Token) >= workers)
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

    /// <summary>The line that says why, without the log before it.</summary>
    private static string ReasonIn(string output)
    {
        const string Own = "minifaas: ";
        var at = output.LastIndexOf(Own, StringComparison.Ordinal);
        return (at < 0 ? output : output[(at + Own.Length)..]).Trim();
    }

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
