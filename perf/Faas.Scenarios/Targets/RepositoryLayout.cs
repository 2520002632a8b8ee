namespace Faas.Scenarios.Targets;

/// <summary>Finds what the load tests run, from wherever they were built.</summary>
internal static class RepositoryLayout
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the server as a user runs it, or <c>MINIFAAS_BIN</c>: another build to measure.</summary>
    public static string BinFolder => Environment.GetEnvironmentVariable("MINIFAAS_BIN") is { Length: > 0 } folder ? folder : Path.Combine(Root, "build", "bin");

    public static string Results => Path.Combine(Root, "perf", "results");

    public static string Budgets => Path.Combine(Root, "perf", "budgets.json");

    public static string PerformancePage => Path.Combine(Root, "docs", "PERFORMANCE.md");

    public static string Build => Path.Combine(Root, "build");

    public static string Baselines => Path.Combine(AppContext.BaseDirectory, "faas-baselines");

    public static string LanguageBaseline(string language) => Path.Combine(
        AppContext.BaseDirectory, language switch { "js" => "node-http.mjs", "python" => "python-http.py", _ => "php-http.php" });

    public static string WorkerdConfig => Path.Combine(AppContext.BaseDirectory, "workerd", "config.capnp");

    public static string Function(string file) => Path.Combine(AppContext.BaseDirectory, "Functions", file);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MiniFaas.sln")))
            {
                return folder.FullName;
            }
        }

        return Environment.CurrentDirectory;
    }
}
