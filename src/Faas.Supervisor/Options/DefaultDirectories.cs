using System.Globalization;
using Faas.Supervisor.Functions.Interop;

namespace Faas.Supervisor.Options;

/// <summary>Where things go when nobody says otherwise (XDG Base Directory Specification). Only computes paths, creates nothing.</summary>
internal static class DefaultDirectories
{
    /// <summary><c>$XDG_DATA_HOME/minifaas</c>, or <c>.minifaas</c> in the current folder.</summary>
    public static string Data() => Data(Environment.GetEnvironmentVariable);

    /// <summary><c>$XDG_RUNTIME_DIR/minifaas</c>, or <c>/tmp/minifaas-UID</c>, which its user must create with mode 0700 and check to own.</summary>
    public static string Runtime() => Runtime(Environment.GetEnvironmentVariable);

    internal static string Data(Func<string, string?> environment) =>
        Absolute(environment("XDG_DATA_HOME")) is { } home ? Path.Combine(home, "minifaas") : Path.GetFullPath(".minifaas");

    internal static string Runtime(Func<string, string?> environment) =>
        Absolute(environment("XDG_RUNTIME_DIR")) is { } folder
            ? Path.Combine(folder, "minifaas")
            : OperatingSystem.IsWindows()
                ? Path.Combine(Path.GetTempPath(), "minifaas")
                : "/tmp/minifaas-" + PosixNativeMethods.geteuid().ToString(CultureInfo.InvariantCulture);

    // The specification: "All paths set in these environment variables must be absolute"; a relative one is to be ignored.
    private static string? Absolute(string? path) => Path.IsPathFullyQualified(path ?? "") ? path : null;
}
