namespace Faas.Scenarios.Targets;

/// <summary>How the server of a case is started. Cases with equal settings share one server.</summary>
internal sealed record ServerSettings
{
    /// <summary>Where the server looks for libwasmer by itself.</summary>
    private static readonly string[] s_wasmerLibraries = ["/usr/local/lib/libwasmer.so", "/usr/lib/libwasmer.so"];

    /// <summary>The data folder of the server that most scenarios share.</summary>
    public const string UsualDataSet = "usual";

    public string Strategy { get; init; } = "RR";

    public int Workers { get; init; } = 4;

    public string Transport { get; init; } = "unix";

    public string Backend { get; init; } = "wasmtime";

    /// <summary>Null = the server's default.</summary>
    public int? Slots { get; init; }

    /// <summary>Null = the server's default.</summary>
    public int? Queue { get; init; }

    /// <summary>Limit of an invocation's output, as <c>--max-output</c> takes it; null = the server's default.</summary>
    public string? MaxOutput { get; init; }

    /// <summary>Keeps the first worker stopped for this share of the time: 0 = a healthy worker, 0.5 = one of half the speed.</summary>
    public double SlowFirstWorker { get; init; }

    /// <summary>
    /// Servers with the same name here (and the same engines) share one data folder, one after the other: what is deployed
    /// on one is there on the next.
    /// </summary>
    public string DataSet { get; init; } = "";

    /// <summary>Which build is started; null = the one under test (<see cref="RepositoryLayout.BinFolder"/>).</summary>
    public string? BinFolder { get; init; }

    public IEnumerable<string> ToArguments()
    {
        yield return Strategy;
        yield return "--workers";
        yield return Text(Workers);
        if (Transport != "unix")
        {
            yield return "--transport";
            yield return Transport;
        }

        if (Backend != "wasmtime")
        {
            yield return "--backend";
            yield return Backend;
            if (Backend.Contains("wasmer", StringComparison.Ordinal) && !Array.Exists(s_wasmerLibraries, File.Exists))
            {
                // The same binding on the other library that has the wasm C API: it lies beside every server.
                yield return "--wasm-c-api-lib";
                yield return Path.Combine(BinFolder ?? RepositoryLayout.BinFolder, "libwasmtime.so");
            }
        }

        if (Slots is { } slots)
        {
            yield return "--slots";
            yield return Text(slots);
        }

        if (Queue is { } queue)
        {
            yield return "--queue";
            yield return Text(queue);
        }

        if (MaxOutput is { } maxOutput)
        {
            yield return "--max-output";
            yield return maxOutput;
        }
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
