using System.Diagnostics;

namespace Faas.EndToEnd.Tests.Server;

/// <summary>Runs <c>minifaas ARGUMENTS</c> to its end.</summary>
internal static class MiniFaasCommand
{
    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(RepositoryLayout.MiniFaas, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(), // no minifaas.json of the folder the tests happen to be in
        };
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("MINIFAAS_", StringComparison.Ordinal)).ToArray())
        {
            info.Environment.Remove(name);
        }

        info.Environment["XDG_CONFIG_HOME"] = "/nonexistent"; // no profiles of whoever runs the tests
        return info;
    }

    public static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(input: "", arguments);

    public static Task<CommandResult> RunAsync(string input, string[] arguments) => RunAsync(StartInfo(arguments), input);

    /// <summary>With a folder first on PATH.</summary>
    public static Task<CommandResult> RunWithPathAsync(string folder, params string[] arguments)
    {
        var info = StartInfo(arguments);
        info.Environment["PATH"] = $"{folder}:{info.Environment["PATH"]}";
        return RunAsync(info, input: "");
    }

    /// <summary>In a folder, with its configuration there too.</summary>
    public static Task<CommandResult> RunInAsync(TemporaryFolder folder, params string[] arguments)
    {
        var info = StartInfo(arguments);
        info.WorkingDirectory = folder.Path;
        info.Environment["XDG_CONFIG_HOME"] = folder.Combine("config");
        return RunAsync(info, input: "");
    }

    private static async Task<CommandResult> RunAsync(ProcessStartInfo info, string input)
    {
        using var process = Process.Start(info)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            try
            {
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading its input.
            }

            await process.WaitForExitAsync().WaitAsync(Patience.Limit);
            return new(process.ExitCode, await output, await errors);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"minifaas {string.Join(' ', info.ArgumentList)} did not end within {Patience.Limit.TotalSeconds} s");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
