using System.Globalization;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>
/// C and C++ by clang: the wasi-sdk that <c>WASI_SDK_PATH</c> names, the system's clang with wasi-libc (newest first), or
/// the wasi-sdk in /opt.
/// </summary>
internal abstract class ClangCompiler(string language, string program, params string[] languageArguments) : ICompiler
{
    // Debian has shipped clang with wasi-libc since 11; 30 leaves a few years.
    private const int OldestVersion = 11;
    private const int NewestVersion = 30;

    public string Language => language;

    public abstract string Remedy { get; }

    public abstract string TrialSource { get; }

    public IEnumerable<Toolchain> Candidates(ToolSearch search, string cacheFolder)
    {
        if (search.Variable("WASI_SDK_PATH") is { } sdk && Path.IsPathRooted(sdk) && File.Exists(Path.Combine(sdk, "bin", program)))
        {
            yield return FromSdk(Path.GetFullPath(sdk));
        }

        for (var version = NewestVersion; version >= OldestVersion; version--)
        {
            if (search.Find(string.Create(CultureInfo.InvariantCulture, $"{program}-{version}")) is { } versioned)
            {
                yield return Make(versioned, []);
            }
        }

        foreach (var plain in search.FindAll(program))
        {
            yield return Make(plain, []);
        }

        if (search.At($"/opt/wasi-sdk/bin/{program}") is { } optional)
        {
            yield return FromSdk(Path.GetDirectoryName(Path.GetDirectoryName(optional))!);
        }
    }

    private Toolchain FromSdk(string sdk) => Make(Path.Combine(sdk, "bin", program), [sdk], $"--sysroot={sdk}/share/wasi-sysroot");

    private Toolchain Make(string executable, IReadOnlyList<string> folders, params string[] more) => new()
    {
        Executable = executable,
        ReadOnlyFolders = folders,
        IsSource = name => Path.GetExtension(name) is var extension && (language == FunctionLanguages.C ? extension is ".c" : extension is ".cpp" or ".cc" or ".cxx"),
        Arguments =
        [
            "--target=wasm32-wasi", .. more, "-O2", .. languageArguments, "-Wall", "-fno-color-diagnostics", "-ferror-limit=20",
            string.Create(CultureInfo.InvariantCulture, $"-Wl,-z,stack-size={WasmLinking.StackBytes}"), "-Wl,--stack-first", "-Wl,--strip-all",
            FunctionLanguages.SourceFileName(language), "-o", Toolchain.OutputFileName,
        ],
    };
}
