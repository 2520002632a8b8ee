using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Faas.PerfCompare.Record;

/// <summary>Where and of what a run was made: <c>environment.json</c>. Says nothing about who ran it or where files lie.</summary>
internal sealed record MachineFacts
{
    public required string Commit { get; init; }

    /// <summary>Uncommitted changes in the work tree: such a run is not comparable.</summary>
    public bool Dirty { get; init; }

    public required string StartedUtc { get; init; }

    public required string Cpu { get; init; }

    public int Cores { get; init; }

    public string Governor { get; init; } = "unknown";

    public required string Kernel { get; init; }

    public required string Runtime { get; init; }

    public double MemoryGib { get; init; }

    /// <summary>One-minute load average before the run.</summary>
    public double LoadBefore { get; init; }

    /// <summary>Others were using the machine: such a run is not comparable.</summary>
    [JsonIgnore]
    public bool IsBusy => LoadBefore > Cores / 2.0;

    public IReadOnlyDictionary<string, string> DotnetVariables { get; init; } = new Dictionary<string, string>();

    public string CommandLine { get; init; } = "";

    /// <summary>Runs on equal fingerprints may compare absolute figures; others only ratios to their baseline.</summary>
    [JsonIgnore]
    public string Fingerprint => string.Create(CultureInfo.InvariantCulture, $"{Cpu} x{Cores}, {Kernel}");

    public static MachineFacts Read(string commit, bool dirty, DateTimeOffset started, string commandLine) => new()
    {
        Commit = commit,
        Dirty = dirty,
        StartedUtc = started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        Cpu = FirstValue("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Cores = Environment.ProcessorCount,
        Governor = Text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") ?? "none",
        Kernel = "Linux " + (Text("/proc/sys/kernel/osrelease") ?? "unknown"),
        Runtime = RuntimeInformation.FrameworkDescription,
        MemoryGib = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024.0 / 1024 / 1024, 1),
        LoadBefore = double.TryParse(Text("/proc/loadavg")?.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var load) ? load : 0,
        DotnetVariables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("DOTNET_", StringComparison.Ordinal) && !name.Contains("ROOT", StringComparison.Ordinal) && !name.Contains("HOME", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name, name => Environment.GetEnvironmentVariable(name) ?? ""),
        CommandLine = commandLine,
    };

    private static string? FirstValue(string file, string key)
        => File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : null;

    private static string? Text(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : null;
}
