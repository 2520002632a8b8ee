using System.Collections.Frozen;
using Faas.Protocol.Contracts;

namespace Faas.Supervisor.Functions;

/// <summary>The languages a function may be written in, as they are spelled in requests and on disk.</summary>
public static class FunctionLanguages
{
    public const string C = "c";
    public const string Cpp = "cpp";
    public const string Rust = "rust";
    public const string Go = "go";
    public const string JavaScript = "js";
    public const string Python = "python";
    public const string Php = "php";
    public const string Html = "html";
    public const string Wasm = "wasm";

    private static readonly FrozenDictionary<string, string> s_sourceFileNames = new Dictionary<string, string>
    {
        [C] = "main.c",
        [Cpp] = "main.cpp",
        [Rust] = "main.rs",
        [Go] = "main.go",
        [JavaScript] = "main.js",
        [Python] = "main.py",
        [Php] = "main.php",
        [Html] = "index.html",
        [Wasm] = "main.wasm",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<string> All { get; } = [C, Cpp, Rust, Go, JavaScript, Python, Php, Html, Wasm];

    public static bool IsKnown(string language) => s_sourceFileNames.ContainsKey(language);

    /// <summary>True for those that run as a WASM module.</summary>
    public static bool IsWasm(string language) => KindOf(language) == ModuleKind.Wasm;

    /// <summary>True for those that a compiler turns into a WASM module.</summary>
    public static bool IsCompiled(string language) => language is C or Cpp or Rust or Go;

    /// <summary>Which runtimes run it; null for html, which the gateway answers itself.</summary>
    public static ModuleKind? KindOf(string language) => language switch
    {
        C or Cpp or Rust or Go or Wasm => ModuleKind.Wasm,
        JavaScript => ModuleKind.JavaScript,
        Python => ModuleKind.Python,
        Php => ModuleKind.Php,
        _ => null,
    };

    /// <summary>Name of the source file in the function's folder and in compiler diagnostics.</summary>
    public static string SourceFileName(string language) => s_sourceFileNames[language];
}
