using System.Text.Json;

namespace MiniFaas.Client;

/// <summary>
/// <c>$XDG_CONFIG_HOME/minifaas/profiles.json</c> (XDG Base Directory Specification), readable by its user only: it holds tokens.
/// </summary>
internal sealed class ProfileFile(string path)
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;

    public string Path { get; } = path;

    public static ProfileFile Default() => new(DefaultPath(Environment.GetEnvironmentVariable));

    /// <summary>A missing file is an empty book.</summary>
    /// <exception cref="IOException">It cannot be read, or is not what <see cref="Save"/> writes.</exception>
    public ProfileBook Load()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path), ProfileJsonContext.Default.ProfileBook) ?? new ProfileBook();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new ProfileBook();
        }
        catch (JsonException exception)
        {
            throw new IOException($"{Path}: {exception.Message} Mend it or delete it.", exception);
        }
    }

    /// <summary>Replaces the file as a whole: a reader sees the old one or the new one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(ProfileBook book)
    {
        string folder = System.IO.Path.GetDirectoryName(Path)!;
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder, PrivateFolder);
        }

        string aside = $"{Path}.{Environment.ProcessId}";
        using (var file = new FileStream(aside, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = PrivateFile }))
        {
            JsonSerializer.Serialize(file, book, ProfileJsonContext.Default.ProfileBook);
        }

        File.Move(aside, Path, overwrite: true);
    }

    internal static string DefaultPath(Func<string, string?> environment)
    {
        string? home = environment("XDG_CONFIG_HOME");
        string folder = System.IO.Path.IsPathFullyQualified(home ?? "") ? home! : System.IO.Path.Combine(environment("HOME") ?? "/", ".config");
        return System.IO.Path.Combine(folder, "minifaas", "profiles.json");
    }
}
