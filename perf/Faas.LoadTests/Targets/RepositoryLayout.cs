namespace Faas.LoadTests.Targets;

/// <summary>Finds what the load tests run, from wherever they were built.</summary>
internal static class RepositoryLayout
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The server as a user runs it, or <c>MINIFAAS_BIN</c>: another build to compare with.</summary>
    public static string Server => Path.Combine(BinFolder, "minifaas");

    public static string BinFolder => Environment.GetEnvironmentVariable("MINIFAAS_BIN") ?? Path.Combine(Root, "build", "bin");

    public static string Results => Path.Combine(Root, "perf", "results");

    public static string Baselines => Path.Combine(AppContext.BaseDirectory, "faas-baselines");

    public static string NodeBaseline => Path.Combine(AppContext.BaseDirectory, "node-http.mjs");

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
