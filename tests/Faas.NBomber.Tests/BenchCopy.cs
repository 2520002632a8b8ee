using System.Diagnostics;
using Faas.EndToEnd.Tests.Server;

namespace Faas.NBomber.Tests;

/// <summary>
/// A copy of what <c>scripts/bench nbomber</c> needs, with a feed and a package folder of its own: nothing is restored or
/// built into the repository or into the user's packages. The server is the repository's, or that of <c>MINIFAAS_BIN</c>.
/// </summary>
public sealed class BenchCopy : IAsyncLifetime
{
    private static readonly string[] s_folders = ["scripts", "perf/Faas.Baselines", "perf/Faas.NBomber", "perf/Faas.PerfCompare", "perf/Faas.Scenarios"];
    private static readonly string[] s_files = ["Directory.Build.props", "Directory.Packages.props", "MiniFaas.sln", "global.json", ".editorconfig"];

    /// <summary>Of a restore, a build and a load together, on a machine that does much else.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);

    // Short: the path of a socket below it may have 107 bytes (unix(7)).
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mf-nb-");

    public string Folder => _folder.FullName;

    /// <summary>The NuGet configuration with the stub feed.</summary>
    public string Config { get; private set; } = "";

    /// <summary>What that restore found: <c>project.assets.json</c>.</summary>
    public string Assets { get; private set; } = "";

    /// <summary>What the restoring and building run of the script wrote, <c>--plan</c> for nothing else to be done.</summary>
    internal (int ExitCode, string Output) Built { get; private set; }

    /// <summary>Temporary files of what runs.</summary>
    public string Temporary => Path.Combine(Folder, "t");

    public async ValueTask InitializeAsync()
    {
        foreach (var folder in s_folders)
        {
            Copy(Path.Combine(RepositoryLayout.Root, folder), Path.Combine(Folder, folder));
        }

        foreach (var file in s_files)
        {
            File.Copy(Path.Combine(RepositoryLayout.Root, file), Path.Combine(Folder, file));
        }

        await File.WriteAllTextAsync(
            Path.Combine(Folder, "perf", "budgets.json"),
            """[{ "what": "more than there is", "case": "hello/c64", "figure": "requestsPerSecond", "atLeast": 1e9 }]""");
        Directory.CreateDirectory(Temporary);
        Config = StubFeed.Write(Folder, StubFeed.Packages);
        Built = await BenchAsync(Config, "--plan");
        Assets = await File.ReadAllTextAsync(Path.Combine(Folder, "build", "nbomber", "obj", "Faas.NBomber", "project.assets.json"));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs <c>scripts/bench nbomber</c> with these feeds to its end.</summary>
    internal Task<(int ExitCode, string Output)> BenchAsync(string config, params IReadOnlyList<string> arguments)
        => EndAsync(StartBench(config, arguments));

    /// <summary>Runs the program that the script has built, to its end.</summary>
    internal Task<(int ExitCode, string Output)> RunAsync(IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
        => EndAsync(StartProgram(environment, arguments));

    /// <summary>Starts the program that the script has built; whoever does ends it.</summary>
    internal Process StartProgram(IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        Assert.True(Built.ExitCode == 0, Built.Output);
        return Start(Path.Combine(Folder, "build", "nbomber", "bin", "Faas.NBomber", "release", "Faas.NBomber"), environment, arguments);
    }

    /// <summary>Starts the script; whoever does ends it.</summary>
    internal Process StartBench(string config, IReadOnlyList<string> arguments) => Start(
        Path.Combine(Folder, "scripts", "bench"),
        new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = Path.Combine(Path.GetDirectoryName(config)!, "packages"), // a stub must never lie among the user's
            ["UseSharedCompilation"] = "false", // no compiler server that would stay
        },
        ["nbomber", "--config", config, .. arguments]);

    private Process Start(string program, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["MINIFAAS_BIN"] = Path.GetDirectoryName(RepositoryLayout.MiniFaas);
        start.Environment["TMPDIR"] = Temporary;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task<(int ExitCode, string Output)> EndAsync(Process process)
    {
        using var own = process;
        var output = ReadAsync(process.StandardOutput);
        var errors = ReadAsync(process.StandardError);
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_limit);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"not within {s_limit.TotalMinutes} minutes: the end of {process.StartInfo.FileName}\n{await output}{await errors}");
        }

        return (process.ExitCode, await output + await errors);
    }

    internal static async Task<string> ReadAsync(StreamReader reader) => await reader.ReadToEndAsync(CancellationToken.None);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file))); // with its mode
        }

        foreach (var folder in Directory.GetDirectories(from).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj")))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
