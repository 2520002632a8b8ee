namespace Faas.EndToEnd.Tests.Server;

/// <summary>Finds what the tests run and read, from wherever they were built.</summary>
internal static class RepositoryLayout
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The server as a user runs it; the folder can be another by <c>MINIFAAS_BIN</c>.</summary>
    public static string MiniFaas { get; } = FindProgram();

    public static string Examples => Path.Combine(Root, "examples");

    /// <summary>The text of a guest module of the tests.</summary>
    public static string Module(string file) => File.ReadAllText(Path.Combine(Root, "tests", "modules", file));

    private static string FindProgram()
    {
        var given = Environment.GetEnvironmentVariable("MINIFAAS_BIN");
        var program = given is null
            ? Path.Combine(Root, "build", "bin", "minifaas")
            : File.Exists(given) ? given : Path.Combine(given, "minifaas");
        return File.Exists(program)
            ? Path.GetFullPath(program)
            : throw new FileNotFoundException($"{program} is not there: run ./scripts/build, or name another build's folder in MINIFAAS_BIN");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MiniFaas.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no MiniFaas.sln above {AppContext.BaseDirectory}");
    }
}
