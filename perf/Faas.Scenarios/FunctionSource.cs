using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>A function a scenario needs.</summary>
/// <param name="Options">More of the deploy's query, such as <c>&amp;timeout=500</c>.</param>
internal sealed record FunctionSource(string Name, string Language, byte[] Code, string Options = "")
{
    public static FunctionSource Hello { get; } = FromFile("hello", "c", "hello.c");

    public static FunctionSource Echo { get; } = FromFile("echo", "c", "echo.c");

    public static FunctionSource Wait { get; } = FromFile("wait", "c", "wait.c");

    public static FunctionSource Spin { get; } = FromFile("spin", "c", "spin.c");

    public static FunctionSource FromFile(string name, string language, string file)
        => new(name, language, File.ReadAllBytes(RepositoryLayout.Function(file)));

    /// <summary>A tiny module of its own content, deployed in a millisecond: for scenarios with very many functions.</summary>
    public static FunctionSource Tiny(int number)
    {
        var text = $"Hello from function {number:D6}\\n";
        var module = $$"""
            (module
              (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              (data (i32.const 0) "\10\00\00\00\1b\00\00\00")
              (data (i32.const 16) "{{text}}")
              (func (export "_start") (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
            """;
        return new FunctionSource($"tiny{number:D6}", "wasm", System.Text.Encoding.UTF8.GetBytes(module));
    }
}
