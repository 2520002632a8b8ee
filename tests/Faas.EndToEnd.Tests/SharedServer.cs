using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>The server of all tests that neither kill nor configure one: four workers, everything at its default.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private MiniFaasServer? _server;

    public MiniFaasServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await MiniFaasServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
