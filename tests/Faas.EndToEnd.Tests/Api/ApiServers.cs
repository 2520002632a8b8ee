using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests.Api;

/// <summary>The servers that together can give every answer of the API.</summary>
internal sealed class ApiServers : IAsyncDisposable
{
    /// <summary>Larger bodies are refused.</summary>
    public const int MaxBodyBytes = 4 << 10;

    // Writes nothing: under /fn/ a failure after the first byte has no status of its own.
    private const string Spin = """(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))""";

    private readonly TemporaryFolder _folder;
    private readonly string _worker;

    private ApiServers(TemporaryFolder folder, MiniFaasServer open, MiniFaasServer guarded, MiniFaasServer limited, MiniFaasServer workerless)
    {
        _folder = folder;
        _worker = WorkerIn(folder);
        Open = open;
        Guarded = guarded;
        Limited = limited;
        Workerless = workerless;
    }

    /// <summary>One slot and no queue, small bodies. With the functions <c>ok</c>, <c>trap</c>, <c>slow</c> (50 ms), <c>loop</c> and <c>homeless</c>.</summary>
    public MiniFaasServer Open { get; }

    /// <summary>Requires tokens.</summary>
    public MiniFaasServer Guarded { get; }

    /// <summary>Has had the one request a minute that it takes.</summary>
    public MiniFaasServer Limited { get; }

    /// <summary>Its workers run, but the worker program can be taken away.</summary>
    private MiniFaasServer Workerless { get; }

    public static async Task<ApiServers> StartAsync()
    {
        var folder = new TemporaryFolder();
        var made = await MiniFaasCommand.RunAsync("token", "new", "someone");
        await File.WriteAllTextAsync(folder.Combine("tokens"), made.Output.Split('\n')[1], TestContext.Current.CancellationToken);
        CopyPrograms(Path.GetDirectoryName(WorkerIn(folder))!);

        var open = await MiniFaasServer.StartAsync("--workers", "1", "--slots", "1", "--queue", "0", "--max-body", $"{MaxBodyBytes >> 10}KiB");
        await open.DeployedAsync("ok", "wasm", Sources.Ok);
        await open.DeployedAsync("trap", "wasm", RepositoryLayout.Module("trap_unreachable.wat"));
        await open.DeployedAsync("slow", "wasm", Spin, "&timeout=50");
        await open.DeployedAsync("loop", "wasm", Spin);
        await open.DeployedAsync("homeless", "js", "1", "&backend=none");
        var guarded = await MiniFaasServer.StartAsync("--workers", "1", "--token-file", folder.Combine("tokens"));
        var limited = await MiniFaasServer.StartAsync("--workers", "1", "--rate-limit", "1/m");
        (await limited.GetAsync("/functions")).ShouldSucceed();
        var workerless = await MiniFaasServer.StartAsync("--workers", "1", "--worker-path", WorkerIn(folder));
        return new(folder, open, guarded, limited, workerless);
    }

    /// <summary>Where there is no worker program any more, deploys.</summary>
    public Task<Answer> DeployWithoutWorkerAsync()
    {
        TakeWorkerAway();
        return Workerless.DeployAsync("late", "wasm", Sources.Ok.Replace("ok", "no", StringComparison.Ordinal));
    }

    /// <summary>Invokes a function whose native code has to be made again.</summary>
    /// <param name="damaged">True: its module is not what it was. False: there is no worker program to do it.</param>
    /// <param name="call">Sends the invocation.</param>
    public async Task<Answer> InvokeWithoutNativeCodeAsync(bool damaged, Func<MiniFaasServer, string, Task<Answer>> call)
    {
        if (!File.Exists(_worker))
        {
            File.Move(Away, _worker);
        }

        var id = await Workerless.DeployedAsync("bare", "wasm", Sources.Ok);
        foreach (var file in Directory.GetFiles(Path.Combine(Workerless.Folder.Data, "cache"), "*.cwasm"))
        {
            File.Delete(file);
        }

        if (damaged)
        {
            await File.AppendAllTextAsync(Path.Combine(Workerless.Folder.Data, "functions", id, "main.wasm"), " ");
        }
        else
        {
            TakeWorkerAway();
        }

        return await call(Workerless, id);
    }

    public async ValueTask DisposeAsync()
    {
        await Open.DisposeAsync();
        await Guarded.DisposeAsync();
        await Limited.DisposeAsync();
        await Workerless.DisposeAsync();
        _folder.Dispose();
    }

    private string Away => _worker + ".away";

    private void TakeWorkerAway()
    {
        if (File.Exists(_worker))
        {
            File.Move(_worker, Away);
        }
    }

    private static string WorkerIn(TemporaryFolder folder) => folder.Combine("bin/faas-worker");

    // The worker with its libraries; a link to them would lead out of the compilers' sandbox.
    private static void CopyPrograms(string destination)
    {
        Directory.CreateDirectory(destination);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(RepositoryLayout.MiniFaas)!))
        {
            File.Copy(file, Path.Combine(destination, Path.GetFileName(file)));
        }
    }
}
