using System.Diagnostics;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Peers;

/// <summary>workerd, the runtime of Cloudflare Workers, from npm: restored into <c>build/</c> when <c>--peer workerd</c> asks for it, never else.</summary>
internal static class WorkerdPeer
{
    public const string Name = "workerd";

    /// <summary>The version the recorded figures are of.</summary>
    private const string Version = "1.20261117.1";

    private static string Folder => Path.Combine(RepositoryLayout.Build, "peers");

    private static string Executable => Path.Combine(Folder, "node_modules", ".bin", Name);

    /// <exception cref="InvalidOperationException">npm is missing, or does not get the package.</exception>
    public static async Task<BaselineServer> StartAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Executable))
        {
            await RestoreAsync(cancellationToken);
        }

        // The link in .bin is a script of node around the program; what is measured is the program.
        var program = Directory.EnumerateFiles(Path.Combine(Folder, "node_modules", "@cloudflare"), Name, SearchOption.AllDirectories).FirstOrDefault() ?? Executable;
        return await BaselineServer.StartWorkerdAsync(program, cancellationToken);
    }

    private static async Task RestoreAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        var start = new ProcessStartInfo("npm", ["install", "--prefix", Folder, "--no-save", "--no-audit", "--no-fund", "--loglevel=error", $"{Name}@{Version}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using var npm = Process.Start(start)!;
            _ = npm.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await npm.StandardError.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode != 0)
            {
                throw new InvalidOperationException($"npm did not get {Name} {Version}: {errors.Trim()}");
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException("--peer workerd needs npm, which is not on this machine: install Node.js");
        }
    }
}
