using System.IO.Compression;
using System.Text;

namespace Faas.NBomber.Tests;

/// <summary>
/// A folder of packages: NBomber 4.1.2, which is the stand-in, and what the real one depends on, empty. And a NuGet
/// configuration in which every package comes from there, so that no registry is asked for anything.
/// </summary>
internal static class StubFeed
{
    /// <summary>Asked for in an older version than the feed has, which NuGet warns of (NU1603).</summary>
    public const string OnlyNewer = "ConsoleTables";

    /// <summary>Asked for by NBomber itself in an older version than by what it depends on (NU1605).</summary>
    public const string Downgraded = "Serilog";

    public static IReadOnlyList<StubPackage> Packages { get; } =
    [
        new("NBomber", "4.1.2", ("NBomber.Contracts", "4.1.1"), ("FSharp.Core", "6.0.7"), ("FuncyDown", "1.3.0"), ("FSharp.Json", "0.4.1"),
            ("FsToolkit.ErrorHandling.TaskResult", "4.4.0"), (Downgraded, "2.10.0"), ("Serilog.Sinks.SpectreConsole", "0.3.3"), ("Spectre.Console", "0.45.0"),
            (OnlyNewer, "2.4.2"), ("HdrHistogram", "2.5.0"), ("Microsoft.Extensions.Configuration", "6.0.1"))
        {
            Assembly = Path.Combine(AppContext.BaseDirectory, "NBomber.dll"),
        },
        new("NBomber.Contracts", "4.1.1", ("FSharp.Core", "6.0.7"), ("Serilog", "2.10.0"), ("Microsoft.Extensions.Configuration", "6.0.1")),
        new("FSharp.Core", "6.0.7"),
        new("FuncyDown", "1.3.0"),
        new("FSharp.Json", "0.4.1"),
        new("FsToolkit.ErrorHandling.TaskResult", "4.4.0"),
        new(Downgraded, "2.10.0"),
        new(Downgraded, "2.12.0"),
        new("Serilog.Sinks.SpectreConsole", "0.3.3", (Downgraded, "2.12.0"), ("Spectre.Console", "0.45.0")),
        new("Spectre.Console", "0.45.0"),
        new(OnlyNewer, "2.5.0"),
        new("HdrHistogram", "2.5.0"),
        new("Microsoft.Extensions.Configuration", "6.0.1"),
    ];

    /// <returns>The file of the NuGet configuration.</returns>
    public static string Write(string folder, IEnumerable<StubPackage> packages)
    {
        var feed = Directory.CreateDirectory(Path.Combine(folder, "feed")).FullName;
        foreach (var package in packages)
        {
            Pack(feed, package);
        }

        var file = Path.Combine(folder, "nuget.config");
        File.WriteAllText(file, $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="stub" value="{feed}" />
              </packageSources>
              <packageSourceMapping>
                <clear />
                <packageSource key="stub">
                  <package pattern="*" />
                </packageSource>
              </packageSourceMapping>
            </configuration>
            """);
        return file;
    }

    private static void Pack(string feed, StubPackage package)
    {
        using var archive = ZipFile.Open(Path.Combine(feed, $"{package.Id}.{package.Version}.nupkg"), ZipArchiveMode.Create);
        using (var writer = new StreamWriter(archive.CreateEntry($"{package.Id}.nuspec").Open(), Encoding.UTF8))
        {
            writer.Write($"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
                  <metadata>
                    <id>{package.Id}</id>
                    <version>{package.Version}</version>
                    <authors>stub</authors>
                    <description>For tests.</description>
                    <dependencies>
                      <group targetFramework="net10.0">
                        {string.Concat(package.Dependencies.Select(dependency => $"<dependency id=\"{dependency.Id}\" version=\"{dependency.Version}\" />"))}
                      </group>
                    </dependencies>
                  </metadata>
                </package>
                """);
        }

        if (package.Assembly is { } assembly)
        {
            archive.CreateEntryFromFile(assembly, $"lib/net10.0/{package.Id}.dll");
        }
        else
        {
            archive.CreateEntry("lib/net10.0/_._");
        }
    }
}
