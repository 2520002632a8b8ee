namespace Faas.Scenarios.Targets;

/// <summary>Servers that end together, also when starting one of them failed.</summary>
internal sealed class ServerSet<T> : IAsyncDisposable
    where T : IMeasuredServer
{
    private readonly List<T> _servers = [];

    public IReadOnlyList<T> All => _servers;

    public void Add(T server) => _servers.Add(server);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }
}
