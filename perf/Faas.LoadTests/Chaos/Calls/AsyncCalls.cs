using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>Asynchronous invocations: whatever was accepted has to come to an end that is right or that a fault explains.</summary>
internal sealed class AsyncCalls(IReadOnlyList<InterpretedFunction> interpreted, FaultJournal faults, ChaosTally tally) : ICallKind
{
    public const string AcceptKind = "async-accept";
    private const string AskKind = "async-ask";
    private const string EndKind = "async-end";
    private const string InterpretedEndKind = InterpretedCalls.Prefix + "async-end";
    private const string Pending = "pending";

    private readonly ConcurrentDictionary<string, Accepted> _pending = new();

    public string Name => "async";

    public int Callers => 1;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(120);

    public async Task CallAsync(ChaosClient client, Random random)
    {
        var (function, kind, input, expected) = Draw(random);
        var retries = random.Next(4);
        var from = Stopwatch.GetTimestamp();
        await client.Judge.WatchAsync(AcceptKind, client.Deadline, leave => client.AskAsync(
            HttpMethod.Post,
            $"/invoke?fn={function}&async=1&retries={retries}",
            input,
            answer =>
            {
                _pending[answer.GetProperty("invocation").GetString()!] = new Accepted(kind, expected, from);
                return CallOutcome.Ok;
            },
            leave));
        foreach (var (id, accepted) in _pending.Take(4))
        {
            await AskAsync(client, id, accepted);
        }
    }

    /// <summary>Waits until all have ended.</summary>
    public async Task DrainAsync(ChaosClient client, TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        while (!_pending.IsEmpty && Stopwatch.GetElapsedTime(began) < limit && tally.Violations(ChaosVerdicts.Hang) == 0)
        {
            foreach (var (id, accepted) in _pending)
            {
                await AskAsync(client, id, accepted);
            }

            await Task.Delay(100);
        }

        foreach (var (id, accepted) in _pending)
        {
            tally.Violated(ChaosVerdicts.Lost, $"{accepted.Kind} {id}: accepted, and {accepted.State} {limit.TotalSeconds:0} s after the last fault ({faults.Describe(accepted.From)})");
        }
    }

    private (string Function, string Kind, byte[] Input, byte[] Expected) Draw(Random random)
    {
        if (interpreted.Count > 0 && random.Next(3) == 0)
        {
            var (source, number) = interpreted[random.Next(interpreted.Count)];
            var (text, answer) = InterpretedCalls.InputOf(number, random);
            return (source.Name, InterpretedEndKind, text, answer);
        }

        var input = new byte[random.Next(4096)];
        random.NextBytes(input);
        return (ChaosFunctions.Echo, EndKind, input, input);
    }

    private async Task AskAsync(ChaosClient client, string id, Accepted accepted)
    {
        var end = new CallOutcome(Pending);
        var answer = await client.Judge.WatchAsync(AskKind, client.Deadline, leave => client.AskAsync(
            HttpMethod.Get,
            $"/invocation/{id}",
            null,
            json =>
            {
                end = EndIn(json, accepted);
                return CallOutcome.Ok;
            },
            leave));
        if (answer.Code == "invocation_not_found")
        {
            end = CallOutcome.Wrong("lost", "accepted, and not known any more");
        }

        if (end.Code == Pending || !_pending.TryRemove(id, out _))
        {
            return;
        }

        tally.Count(accepted.Kind, end.Code);
        if (end.Fault is not null || (!end.IsOk && !faults.Excuses(accepted.Kind, end.Code, accepted.From)))
        {
            tally.Violated(ChaosVerdicts.Wrong, $"{accepted.Kind} {id}: {end.Code}, {end.Fault ?? "which nothing explains: " + end.Message} ({faults.Describe(accepted.From)})");
        }
    }

    private static CallOutcome EndIn(JsonElement json, Accepted accepted)
    {
        accepted.State = json.GetProperty("state").GetString() ?? "";
        switch (accepted.State)
        {
            case "queued" or "running" or "failed":
                return new CallOutcome(Pending);
            case "succeeded":
                return ChaosClient.Differs(accepted.Expected, ChaosClient.OutputOf(json)) is { } wrong ? CallOutcome.Wrong("ok", wrong) : CallOutcome.Ok;
            case "dead":
                return new CallOutcome(
                    json.TryGetProperty("error", out var code) ? code.GetString() ?? "" : "", Message: json.TryGetProperty("message", out var words) ? words.GetString() ?? "" : "");
            default: // unknown is for a supervisor that was killed, cancelled for whoever asked
                return CallOutcome.Wrong(accepted.State, "a state that nothing here leads to");
        }
    }

    private sealed record Accepted(string Kind, byte[] Expected, long From)
    {
        public string State { get; set; } = "queued";
    }
}
