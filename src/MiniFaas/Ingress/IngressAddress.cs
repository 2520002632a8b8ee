using System.CommandLine;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Options;

namespace MiniFaas.Ingress;

/// <summary>Where the ingress socket of a local server is.</summary>
internal static class IngressAddress
{
    private const string Variable = "MINIFAAS_RUNTIME_DIR";

    public static Option<string?> RuntimeDirectory() => new("--runtime-dir")
    {
        HelpName = "DIR",
        Description = $"The server's runtime folder, for the socket (default: ${Variable}, else as for the server)",
    };

    /// <param name="directory">As given; null looks in the environment.</param>
    public static string PathOf(string? directory) => Path.GetFullPath(Path.Combine(
        directory ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : DefaultDirectories.Runtime()),
        Faas.Supervisor.Options.RuntimeDirectory.IngressName));
}
