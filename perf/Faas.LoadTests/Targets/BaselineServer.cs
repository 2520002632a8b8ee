namespace Faas.LoadTests.Targets;

/// <summary>A bare server that answers what MiniFaas answers: what its figures are divided by.</summary>
internal sealed class BaselineServer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private BaselineServer(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    /// <param name="bodyBytes">Length of the output in the answer; 0 = that of hello.</param>
    public static Task<BaselineServer> StartKestrelAsync(int bodyBytes = 0)
        => StartAsync(RepositoryLayout.Baselines, ["kestrel", "--body-bytes", bodyBytes.ToString(System.Globalization.CultureInfo.InvariantCulture)]);

    public static Task<BaselineServer> StartNodeAsync() => StartAsync("node", [RepositoryLayout.NodeBaseline]);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<BaselineServer> StartAsync(string file, string[] arguments)
    {
        var process = new ChildProcess(file, arguments);
        try
        {
            return new BaselineServer(process, new Uri(await process.Listening.WaitAsync(TimeSpan.FromSeconds(10))));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
