using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Running;

/// <summary>The data folders of a run. Engines do not share one: each keeps native code of its own kind.</summary>
internal sealed class FunctionDataSets : IDisposable
{
    private readonly Dictionary<(string Engine, string Name, string? Build), FunctionData> _folders = [];

    public FunctionData For(ServerSettings settings)
    {
        var key = (settings.Backend, settings.DataSet, settings.BinFolder);
        if (!_folders.TryGetValue(key, out var data))
        {
            _folders[key] = data = new FunctionData();
        }

        return data;
    }

    public void Dispose()
    {
        foreach (var data in _folders.Values)
        {
            data.Dispose();
        }
    }
}
