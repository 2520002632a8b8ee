using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Native;

/// <summary>Finds the real program of a language.</summary>
internal static class InterpreterLocator
{
    /// <summary>Where packages and people install programs, searched after PATH.</summary>
    private static readonly string[] s_folders = ["/usr/bin", "/usr/local/bin", "/bin", "/opt/homebrew/bin"];

    /// <summary>
    /// The setting <c>NAME=PATH</c>, else the first program on PATH that is not itself a script: version managers
    /// put shell scripts (shims) there that depend on the environment and cost a shell for every start.
    /// </summary>
    /// <returns>Absolute path with links resolved.</returns>
    /// <exception cref="ModuleLoadException"><see cref="InvocationStatus.RuntimeMissing"/>, with what to install.</exception>
    internal static string Find(InterpreterLanguage language, IReadOnlyDictionary<string, string> settings)
    {
        if (settings.TryGetValue(language.Name, out var configured))
        {
            return IsProgram(configured)
                ? Resolve(configured)
                : throw new ModuleLoadException(
                    InvocationStatus.RuntimeMissing, $"the {language.Name} interpreter that was configured is not there; {language.InstallHint}");
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(s_folders);
        foreach (var folder in folders.Where(Path.IsPathRooted))
        {
            foreach (var program in language.Programs)
            {
                var path = Path.Combine(folder, program);
                if (IsProgram(path))
                {
                    return Resolve(path);
                }
            }
        }

        throw new ModuleLoadException(
            InvocationStatus.RuntimeMissing, $"no {language.Name} interpreter on this machine; {language.InstallHint}");
    }

    private static bool IsProgram(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows() || !File.Exists(path) || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.OtherExecute)) == 0)
            {
                return false;
            }

            using var file = File.OpenRead(path);
            Span<byte> magic = stackalloc byte[2];
            return file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && !magic.SequenceEqual("#!"u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // not for us to run
        }
    }

    private static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
}
