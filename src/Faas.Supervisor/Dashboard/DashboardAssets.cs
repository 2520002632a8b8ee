using System.Collections.Frozen;
using System.Reflection;

namespace Faas.Supervisor.Dashboard;

/// <summary>The bundled page, from the program's own resources. Empty where it was built without npm.</summary>
internal sealed class DashboardAssets
{
    public const string IndexPath = "index.html";

    // Names of the resources as the project file gives them.
    private const string Prefix = "dashboard/";
    private const string Brotli = ".br";
    private const string Gzip = ".gz";

    private readonly FrozenDictionary<string, DashboardAsset> _assets;

    private DashboardAssets(FrozenDictionary<string, DashboardAsset> assets) => _assets = assets;

    public static DashboardAssets Load(Assembly assembly)
    {
        var assets = new Dictionary<string, DashboardAsset>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (resource.StartsWith(Prefix, StringComparison.Ordinal) && resource.EndsWith(Brotli, StringComparison.Ordinal))
            {
                var path = resource[Prefix.Length..^Brotli.Length];
                assets[path] = new DashboardAsset(path, Read(assembly, resource), Read(assembly, Prefix + path + Gzip));
            }
        }

        return new DashboardAssets(assets.ToFrozenDictionary());
    }

    /// <param name="path">Relative to the page, without a leading slash.</param>
    public DashboardAsset? Find(string path) => _assets.GetValueOrDefault(path);

    private static byte[] Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
