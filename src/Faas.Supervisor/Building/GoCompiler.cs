using System.Globalization;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>
/// Go by TinyGo where it is found (modules a tenth of the size), else by Go itself. Standard library only: nothing is
/// downloaded. Go's build cache is kept between builds, since compiling the standard library takes seconds.
/// </summary>
internal sealed class GoCompiler : ICompiler
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(120);

    public string Language => FunctionLanguages.Go;

    public string Remedy =>
        "install Go 1.21 or newer (Debian 13: golang-go; Debian 12: golang-1.23-go from bookworm-backports; or https://go.dev/dl in /usr/local/go) or TinyGo";

    public string TrialSource => "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println() }\n";

    public IEnumerable<Toolchain> Candidates(ToolSearch search, string cacheFolder)
    {
        var goPrograms = search.Folders("/usr/lib", "go-1.*")
            .Select(folder => Path.Combine(folder, "bin", "go"))
            .Where(File.Exists)
            .Prepend(search.At("/usr/local/go/bin/go"))
            .OfType<string>()
            .ToArray();
        foreach (var tinyGo in search.FindAll("tinygo").Concat([search.At("/usr/local/tinygo/bin/tinygo")]).OfType<string>())
        {
            yield return TinyGo(Real(tinyGo), search.Find("go") ?? goPrograms.FirstOrDefault(), cacheFolder);
        }

        foreach (var go in search.FindAll("go").Concat(goPrograms))
        {
            yield return Go(Real(go), cacheFolder);
        }
    }

    private static Toolchain Go(string executable, string cacheFolder) => new()
    {
        Executable = executable,
        ReadOnlyFolders = Outside(Root(executable)),
        WritableFolders = [cacheFolder],
        VersionArguments = ["version"],
        IsSource = IsOfTheSamePackage,
        TimeLimit = s_timeLimit,
        Environment = Variables(executable, cacheFolder, "wasm"),
        Arguments = ["build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", Toolchain.OutputFileName, FunctionLanguages.SourceFileName(FunctionLanguages.Go)],
    };

    private static Toolchain TinyGo(string executable, string? go, string cacheFolder) => new()
    {
        Executable = executable,
        ReadOnlyFolders = [.. Outside(Root(executable)), .. go is null ? [] : Outside(Root(Real(go)))],
        WritableFolders = [cacheFolder],
        VersionArguments = ["version"],
        IsSource = IsOfTheSamePackage,
        TimeLimit = s_timeLimit,
        Environment = Variables(go is null ? executable : Real(go), cacheFolder, "wasm"),
        Arguments =
        [
            "build", "-target=wasip1", "-opt=2", "-no-debug", string.Create(CultureInfo.InvariantCulture, $"-stack-size={WasmLinking.StackBytes / 1024}KB"),
            "-o", Toolchain.OutputFileName, FunctionLanguages.SourceFileName(FunctionLanguages.Go),
        ],
    };

    /// <summary>A package is a folder; tests are not part of it.</summary>
    private static bool IsOfTheSamePackage(string name) =>
        !name.Contains('/', StringComparison.Ordinal) && name.EndsWith(".go", StringComparison.Ordinal) && !name.EndsWith("_test.go", StringComparison.Ordinal);

    private static Dictionary<string, string> Variables(string go, string cacheFolder, string architecture) => new()
    {
        ["GOOS"] = "wasip1",
        ["GOARCH"] = architecture,
        ["GOROOT"] = Root(go),
        ["GOCACHE"] = cacheFolder,
        ["GOPATH"] = "/tmp/go",
        ["GOENV"] = "off",
        ["GOFLAGS"] = "-mod=mod",
        ["GOPROXY"] = "off",
        ["GOTOOLCHAIN"] = "local",
        ["GOTELEMETRY"] = "off",
        ["CGO_ENABLED"] = "0",
    };

    /// <summary>The installation of <c>ROOT/bin/go</c>.</summary>
    private static string Root(string executable) => Path.GetDirectoryName(Path.GetDirectoryName(executable))!;

    private static string[] Outside(string folder) => folder.StartsWith("/usr", StringComparison.Ordinal) ? [] : [folder];

    private static string Real(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
