using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Chaos.Faults;

/// <summary>Finds the processes of a server by what they are.</summary>
internal static class VictimCatalog
{
    public const string Worker = "worker";
    public const string Interpreter = "interpreter";
    public const string Sandbox = "sandbox";
    public const string Compiler = "compiler";
    public const string NativeCompiler = "native-compiler";

    private static readonly string[] s_interpreters = ["node", "python", "php"];
    private static readonly string[] s_compilers = ["clang", "lld", "wasm-ld", "rustc", "go", "compile", "link", "c++"];

    public static IReadOnlyList<string> All { get; } = [Worker, Interpreter, Sandbox, Compiler, NativeCompiler];

    /// <summary>Those that run now.</summary>
    public static IReadOnlyList<int> Find(string kind, int server) => kind switch
    {
        Worker => WorkersOf(server),
        NativeCompiler => [.. ProcessTree.TreeOf(server).Skip(1).Where(id => IsWorkerProgram(id) && CommandOf(id) is "compile")],
        Sandbox => [.. ProcessTree.TreeOf(server).Skip(1).Where(id => ProgramOf(id) == "bwrap")],
        Interpreter => [.. ProcessTree.TreeOf(server).Skip(1).Where(id => StartsWithAny(ProgramOf(id), s_interpreters))],
        _ => [.. ProcessTree.TreeOf(server).Skip(1).Where(id => StartsWithAny(ProgramOf(id), s_compilers))],
    };

    public static IReadOnlyList<int> WorkersOf(int server) => [.. ProcessTree.ChildrenOf(server).Where(id => IsWorkerProgram(id) && CommandOf(id) == "serve")];

    private static bool IsWorkerProgram(int id) => ProgramOf(id) == "faas-worker";

    private static bool StartsWithAny(string name, string[] starts) => Array.Exists(starts, start => name.StartsWith(start, StringComparison.Ordinal));

    private static string ProgramOf(int id)
    {
        try
        {
            return Path.GetFileName(new FileInfo($"/proc/{id}/exe").LinkTarget ?? "");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string CommandOf(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0').ElementAtOrDefault(1) ?? "";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
