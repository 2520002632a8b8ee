using System.Collections.Frozen;
using System.Reflection;
using System.Text;

namespace Faas.Supervisor.Dashboard;

/// <summary>The bundled page, from the program's own resources. Empty where it was built without npm.</summary>
internal sealed class DashboardAssets
{
    public const string IndexPath = "index.html";

    // Names of the resources as the project file gives them.
    private const string Prefix = "dashboard/";
    private const string Brotli = ".br";
    private const string Gzip = ".gz";
    private const string Reason = Prefix + "left-out.txt";

    private readonly FrozenDictionary<string, DashboardAsset> _assets;

    private DashboardAssets(FrozenDictionary<string, DashboardAsset> assets, string? leftOut)
    {
        _assets = assets;
        LeftOut = leftOut;
    }

    /// <summary>Why the build left it out; null when it did not.</summary>
    public string? LeftOut { get; }

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

        var leftOut = assembly.GetManifestResourceInfo(Reason) is null ? null : Encoding.UTF8.GetString(Read(assembly, Reason)).Trim();
        return new DashboardAssets(assets.ToFrozenDictionary(), leftOut);
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
