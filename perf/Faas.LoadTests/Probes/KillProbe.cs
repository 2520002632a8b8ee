using System.Diagnostics;
using System.Globalization;
using System.Text;
using Faas.PerfCompare.Record;
using Faas.Scenarios;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Probes;

/// <summary>
/// Calls past their limits, in each language and style: how long from the limit to the answer, and until none of the
/// guest's processes is left. The limit is reached at the deadline (counted from the request, so the way in counts as
/// ours); when the client goes away; or in the step before which the function last wrote the clock to its log, which for
/// output is the first of the whole flood.
/// </summary>
internal sealed class KillProbe : IProbe
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private const int MaxAttempts = 10;

    private const int Rounds = 2;

    /// <summary>Of the calls that a deadline ends. Longer only where an interpreter does not start in a third of it.</summary>
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(200);
    private TimeSpan _timeout;
    private int _marks;

    public string Name => "kill";

    public string Question => "How long after a call has reached a limit are its processes gone?";

    public bool InQuick => false;

    public TimeSpan ExpectedTime(Scale scale) => Rounds * KillCase.All.Count * TimeSpan.FromMilliseconds(350) + TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<CaseRecord>> MeasureAsync(Scale scale, FunctionDataSets data, CancellationToken cancellationToken)
    {
        var settings = new ServerSettings { Workers = 1, MaxOutput = "1MiB" };
        await using var server = await FaasServer.StartAsync(settings, cancellationToken);
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = s_limit };
        var cases = new List<(KillCase Case, List<double> Answered, List<double> Gone)>();
        _timeout = s_shortest;
        foreach (var kill in KillCase.All.OrderBy(kill => kill.EndsByTimeout))
        {
            try
            {
                await server.DeployAsync(kill.Function(_timeout), cancellationToken);
                var started = Stopwatch.GetTimestamp();
                await WarmAsync(client, kill.FunctionName, cancellationToken);
                if (!kill.EndsByTimeout && Stopwatch.GetElapsedTime(started) * 3 > _timeout)
                {
                    _timeout = Stopwatch.GetElapsedTime(started) * 3;
                }

                cases.Add((kill, [], []));
            }
            catch (InvalidOperationException)
            {
                // an interpreter that is not on this machine: its cases are missing in the record
            }
        }

        var worst = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (kill, answered, gone) in cases)
            {
                (double Answered, double Gone)? times = null;
                for (var attempt = 0; times is null; attempt++)
                {
                    if (attempt == MaxAttempts)
                    {
                        throw new InvalidOperationException($"{kill.FunctionName} ended {MaxAttempts} times before it was seen");
                    }

                    times = await KillAsync(client, kill, cancellationToken);
                }

                var (toAnswer, toGone) = times.Value;
                answered.Add(toAnswer);
                gone.Add(toGone);
            }

            worst.Add(cases.Max(entry => entry.Gone[^1]));
        }

        return
        [
            .. cases.Select(entry => Case($"{entry.Case.Language}/{entry.Case.Style}/{entry.Case.Cause}", $"{entry.Case.Language} {entry.Case.Style}, {entry.Case.Cause}, {entry.Gone.Count} calls", new()
            {
                [MetricRecord.LimitToAnswer] = MetricRecord.Of(Better.Lower, entry.Answered.Where(double.IsFinite)),
                [MetricRecord.LimitToGone] = MetricRecord.Of(Better.Lower, entry.Gone),
                [MetricRecord.LimitToGoneWorst] = MetricRecord.Of(Better.Lower, [entry.Gone.Max()]),
            })),
            Case("all", $"the slowest of {cases.Count} kinds, {worst.Count} times", new()
            {
                [MetricRecord.LimitToGone] = MetricRecord.Of(Better.Lower, cases.SelectMany(entry => entry.Gone)),
                [MetricRecord.LimitToGoneWorst] = MetricRecord.Of(Better.Lower, worst),
            }),
        ];

        CaseRecord Case(string id, string description, Dictionary<string, MetricRecord> metrics) =>
            new() { Id = $"{Name}/{id}", Scenario = Name, Description = description, Metrics = metrics.Where(metric => metric.Value.Samples.Count > 0).ToDictionary() };
    }

    /// <returns>
    /// Milliseconds from the limit to the answer (NaN for a client that went away) and to the end of the processes; null
    /// when the call was over before its processes were seen.
    /// </returns>
    private async Task<(double Answered, double Gone)?> KillAsync(HttpClient client, KillCase kill, CancellationToken cancellationToken)
    {
        var function = kill.FunctionName;
        await WarmAsync(client, function, cancellationToken);
        using var neighbour = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beside = kill.Cause == "disconnect-beside" ? PostAsync(client, function, "wait", neighbour.Token) : null;
        var mark = string.Create(CultureInfo.InvariantCulture, $"kill{++_marks}");
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var limit = Stopwatch.GetTimestamp() + Ticks(_timeout);
        var call = PostAsync(client, function, $"{kill.Deed} {mark}", leaving.Token);
        GuestProcesses? guest;
        while ((guest = GuestProcesses.Find(mark)) is null)
        {
            if (call.IsCompleted)
            {
                (await call).Answer.Dispose();
                await neighbour.CancelAsync();
                return null; // a machine that is too busy to look in time
            }

            await Task.Delay(1, cancellationToken);
        }

        if (kill.EndsByDisconnect)
        {
            limit = Stopwatch.GetTimestamp();
            await leaving.CancelAsync();
        }

        var started = Stopwatch.GetTimestamp();
        while (!guest.AreGone)
        {
            if (Stopwatch.GetElapsedTime(started) > s_limit)
            {
                throw new InvalidOperationException($"the processes of {function} still run");
            }

            await Task.Delay(1, cancellationToken); // the resolution of the figure
        }

        var gone = Stopwatch.GetTimestamp();
        try
        {
            var (answer, text, at) = await call;
            answer.Dispose();
            if (answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{function} ended well: {text}");
            }

            limit = kill.EndsByTimeout ? limit : LastStamp(text) ?? at;
            return (Milliseconds(limit, at), Milliseconds(limit, gone));
        }
        catch (OperationCanceledException) when (kill.EndsByDisconnect && !cancellationToken.IsCancellationRequested)
        {
            return (double.NaN, Milliseconds(limit, gone));
        }
        finally
        {
            if (beside is not null)
            {
                (await beside).Answer.Dispose(); // it ended with the process, long before its own end
            }
        }
    }

    /// <summary>Whatever the function needs is started then. Where its deadline is shorter than that takes, a later call finds it.</summary>
    private static async Task WarmAsync(HttpClient client, string function, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (answer, text, _) = await PostAsync(client, function, "", cancellationToken);
            using (answer)
            {
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }

                if (attempt == MaxAttempts)
                {
                    throw new InvalidOperationException($"{function} does not run: {text}");
                }
            }
        }
    }

    private static async Task<(HttpResponseMessage Answer, string Text, long At)> PostAsync(HttpClient client, string function, string input, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(Encoding.ASCII.GetBytes(input));
        var answer = await client.PostAsync($"/invoke?fn={function}", body, cancellationToken);
        return (answer, await answer.Content.ReadAsStringAsync(cancellationToken), Stopwatch.GetTimestamp());
    }

    /// <summary>The last clock reading in the end of the log that the answer shows: in nanoseconds, the stopwatch's ticks on Linux.</summary>
    private static long? LastStamp(string answer)
    {
        using var json = System.Text.Json.JsonDocument.Parse(answer);
        var log = json.RootElement.TryGetProperty("stderr", out var text) ? text.GetString() ?? "" : "";
        return log.Split('\n').Select(line => long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var stamp) ? stamp : (long?)null).LastOrDefault(stamp => stamp is not null);
    }

    private static double Milliseconds(long from, long to) => (to - from) * 1000.0 / Stopwatch.Frequency;

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
