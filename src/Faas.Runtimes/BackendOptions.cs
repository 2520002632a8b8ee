namespace Faas.Runtimes;

/// <summary>What the worker process tells its backends at start.</summary>
public sealed class BackendOptions
{
    /// <summary>Concurrent invocations in this process: threads, pooled instances. Range 1 to 1,024.</summary>
    public int Slots { get; init; } = 8;

    /// <summary>Highest memory limit an invocation may ask for, in bytes: what pooled memory is reserved for. Default 4 GiB.</summary>
    public long MaxMemoryBytes { get; init; } = 4L << 30;

    /// <summary>A private folder of this worker for sockets and scratch files; removed by the supervisor.</summary>
    public string ScratchDirectory { get; init; } = Path.GetTempPath();

    /// <summary>Settings by name for those who know their backend (<c>node=/usr/bin/node</c>, <c>wasm-c-api-lib=…</c>).</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
