using Faas.Scenarios.Drivers;
using Faas.Scenarios.Peers;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Running;

/// <summary>The baseline servers of a run: each started and warmed when the first case asks for it, ended with the run.</summary>
/// <param name="warmer">Warms them.</param>
/// <param name="data">Where functions of a server of ours lie.</param>
internal sealed class BaselineServers(ILoadDriver warmer, FunctionDataSets data) : IAsyncDisposable
{
    private readonly Dictionary<(BaselineKind Kind, int Bytes, string? Language), IMeasuredServer> _servers = [];

    /// <summary>Cases with the same one share a baseline server.</summary>
    public static (BaselineKind Kind, int Bytes, string? Language) KeyOf(LoadCase load) => load.Baseline switch
    {
        BaselineKind.Node => (BaselineKind.Language, load.BaselineBodyBytes, "js"),
        BaselineKind.Language or BaselineKind.Spawn => (load.Baseline, load.BaselineBodyBytes, load.Functions[0].Language),
        var kind => (kind, load.BaselineBodyBytes, null),
    };

    /// <summary>The baseline of a case; null when it has none.</summary>
    public async Task<IMeasuredServer?> ForAsync(LoadCase load, CancellationToken cancellationToken)
    {
        if (load.Baseline == BaselineKind.None)
        {
            return null;
        }

        var key = KeyOf(load);
        if (!_servers.TryGetValue(key, out var server))
        {
            server = key.Kind switch
            {
                BaselineKind.Language => await BaselineServer.StartLanguageAsync(key.Language!),
                BaselineKind.Spawn => await BaselineServer.StartSpawnAsync(key.Language!),
                BaselineKind.Workerd => await WorkerdPeer.StartAsync(cancellationToken),
                BaselineKind.Alone => await StartAloneAsync(load, cancellationToken),
                _ => await BaselineServer.StartKestrelAsync(load.BaselineBodyBytes),
            };
            _servers[key] = server;
            await WarmUp.RunAsync(warmer, server, load.Mix, load.Shape.Connections, cancellationToken);
        }

        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }

    private async Task<FaasServer> StartAloneAsync(LoadCase load, CancellationToken cancellationToken)
    {
        var settings = load.Server with { DataSet = load.Server.DataSet + " alone" };
        var server = await FaasServer.StartAsync(settings, cancellationToken, data.For(settings));
        await server.DeployAsync(load.Functions[0], cancellationToken);
        return server;
    }
}
