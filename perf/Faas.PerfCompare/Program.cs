using System.Globalization;
using Faas.PerfCompare;
using Faas.PerfCompare.Record;

// Exit 0: nothing slower; 1: a regression or a missing case; 2: not comparable or wrongly called.
var folders = args.Where(argument => !argument.StartsWith("--", StringComparison.Ordinal)).ToArray();
if (folders.Length != 2)
{
    Console.Error.WriteLine("usage: Faas.PerfCompare BEFORE AFTER [--threshold=0.10] [--allow-missing]");
    return 2;
}

var threshold = args.FirstOrDefault(argument => argument.StartsWith("--threshold=", StringComparison.Ordinal));
var options = new ComparisonOptions
{
    AllowMissing = args.Contains("--allow-missing"),
    Threshold = threshold is null ? new ComparisonOptions().Threshold : double.Parse(threshold["--threshold=".Length..], CultureInfo.InvariantCulture),
};

RunRecord before;
RunRecord after;
try
{
    before = RunRecord.Read(folders[0]);
    after = RunRecord.Read(folders[1]);
}
catch (Exception unreadable) when (unreadable is IOException or System.Text.Json.JsonException or InvalidDataException)
{
    Console.Error.WriteLine(unreadable.Message);
    return 2;
}

if (RunRecord.WhyNotTogether([before, after]) is { } reason)
{
    Console.Error.WriteLine(reason);
    return 2;
}

var comparisons = Comparison.Compare(before, after, options);
Console.WriteLine($"before: {before.Machine.Commit} {before.Machine.StartedUtc} on {before.Machine.Fingerprint}");
Console.WriteLine($"after:  {after.Machine.Commit} {after.Machine.StartedUtc} on {after.Machine.Fingerprint}");
if (before.Machine.Fingerprint != after.Machine.Fingerprint)
{
    Console.WriteLine("different machines: only ratios to the baseline of the same run mean something; nothing fails");
}

Console.WriteLine();
ComparisonTable.Write(Console.Out, comparisons);
var bad = comparisons.Count(line => line.Verdict is Verdict.Slower or Verdict.Missing);
Console.WriteLine();
Console.WriteLine(bad == 0 ? "nothing slower" : $"{bad} regression(s)");
return bad > 0 && before.Machine.Fingerprint == after.Machine.Fingerprint ? 1 : 0;
