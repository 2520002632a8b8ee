using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Faas.LoadTests.Hop;

/// <summary>One run of wrk.</summary>
internal sealed partial record WrkRun(double RequestsPerSecond, double P50Us, double P99Us, bool Failed)
{
    public static bool IsInstalled { get; } = Environment.GetEnvironmentVariable("PATH")?.Split(':').Any(folder => File.Exists(Path.Combine(folder, "wrk"))) ?? false;

    public static async Task<WrkRun> RunAsync(Uri target, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var script = Path.GetTempFileName();
        try
        {
            // Set once, so that wrk builds the request once: a request() function would make wrk the bottleneck.
            await File.WriteAllTextAsync(script, "wrk.method = \"POST\"\n", cancellationToken);
            var start = new ProcessStartInfo("wrk") { RedirectStandardOutput = true };
            foreach (var argument in (string[])["-t1", $"-c{connections}", $"-d{Math.Max(1, Math.Round(duration.TotalSeconds))}s", "--latency", "-s", script, target.ToString()])
            {
                start.ArgumentList.Add(argument);
            }

            using var wrk = Process.Start(start)!;
            var text = await wrk.StandardOutput.ReadToEndAsync(cancellationToken);
            await wrk.WaitForExitAsync(cancellationToken);
            return new WrkRun(
                double.Parse(Rate().Match(text).Groups[1].Value, CultureInfo.InvariantCulture),
                Microseconds(Median().Match(text)),
                Microseconds(Tail().Match(text)),
                text.Contains("Non-2xx", StringComparison.Ordinal) || text.Contains("Socket errors", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static double Microseconds(Match match)
        => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * match.Groups[2].Value switch { "us" => 1, "ms" => 1e3, _ => 1e6 };

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Median();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Tail();
}
