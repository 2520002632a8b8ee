using System.Collections.Concurrent;
using System.Diagnostics;

namespace Faas.Testing;

/// <summary>Guests of the tests: <c>tests/modules/*.wat</c> as text, <c>*.c</c> compiled once a process with clang.</summary>
public static class GuestModules
{
    private static readonly ConcurrentDictionary<string, Lazy<byte[]>> s_compiled = new(StringComparer.Ordinal);

    private static readonly Lazy<string?> s_clang = new(() => Find("clang-19", "clang"));

    /// <summary>The folder, found upwards from the test's binary.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>Null when C guests can be compiled here, else what is missing, for <c>Assert.Skip</c>.</summary>
    public static string? CannotCompileC =>
        s_clang.Value is null ? "clang is not installed (clang-19, lld-19, wasi-libc)"
        : Directory.Exists("/usr/lib/wasm32-wasi") || Environment.GetEnvironmentVariable("WASI_SDK_PATH") is not null ? null
        : "wasi-libc is not installed";

    /// <summary>A module in text format.</summary>
    public static byte[] Wat(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".wat"));

    /// <summary>A C program as WASM binary.</summary>
    public static byte[] C(string name) => s_compiled.GetOrAdd(name, static n => new Lazy<byte[]>(() => CompileC(n))).Value;

    private static byte[] CompileC(string name)
    {
        var output = Path.Combine(Path.GetTempPath(), $"{name}-{Environment.ProcessId}-{Guid.NewGuid():n}.wasm");
        try
        {
            var start = new ProcessStartInfo(s_clang.Value!) { RedirectStandardError = true, UseShellExecute = false };
            foreach (var argument in (ReadOnlySpan<string>)["--target=wasm32-wasi", "-O2", Path.Combine(Folder, name + ".c"), "-o", output])
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Process.Start(start)!;
            var diagnostics = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? File.ReadAllBytes(output)
                : throw new InvalidOperationException($"{name}.c does not compile: {diagnostics}");
        }
        finally
        {
            File.Delete(output);
        }
    }

    private static string? Find(params string[] names) =>
        (from name in names
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();

    private static string FindFolder()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var candidate = Path.Combine(folder, "tests", "modules");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("tests/modules was not found above " + AppContext.BaseDirectory);
    }
}
