using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Faas.PerfCompare.Record;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Reporting;

/// <summary>One folder under <c>perf/results/</c>: figures, machine, report and plots of a run.</summary>
internal sealed class ResultFolder
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private ResultFolder(string path, MachineFacts machine)
    {
        Path = path;
        Machine = machine;
    }

    public string Path { get; }

    public MachineFacts Machine { get; }

    /// <param name="output">The folder, or null for <c>perf/results/UTC-COMMIT</c>.</param>
    /// <param name="commandLine">What was asked for.</param>
    public static ResultFolder Create(string? output, string commandLine)
    {
        var started = TimeProvider.System.GetUtcNow();
        var commit = Git("rev-parse", "--short=7", "HEAD") ?? "unknown";
        var dirty = Git("status", "--porcelain", "--untracked-files=no") is { Length: > 0 };
        var name = $"{started.UtcDateTime.ToString("yyyy-MM-ddTHHmm", CultureInfo.InvariantCulture)}Z-{commit}";
        var folder = Directory.CreateDirectory(output ?? System.IO.Path.Combine(RepositoryLayout.Results, name));
        return new ResultFolder(folder.FullName, MachineFacts.Read(commit, dirty, started, commandLine));
    }

    /// <param name="run">The figures.</param>
    /// <param name="notRun">What could not be measured, and why.</param>
    /// <param name="probes">Those whose questions the report asks.</param>
    /// <param name="plots">File names of the plots by scenario.</param>
    public void Write(RunRecord run, IReadOnlyList<(string Id, string Reason)> notRun, IReadOnlyList<IProbe> probes, ILookup<string, string> plots)
    {
        run.Write(Path);
        File.WriteAllText(System.IO.Path.Combine(Path, "environment.json"), JsonSerializer.Serialize(Machine, s_json));
        File.WriteAllText(System.IO.Path.Combine(Path, "report.md"), MarkdownReport.Of(run, notRun, probes, plots));
    }

    private static string? Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = RepositoryLayout.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var git = Process.Start(start)!;
            var text = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // no git on this machine: the record says "unknown"
        }
    }
}
