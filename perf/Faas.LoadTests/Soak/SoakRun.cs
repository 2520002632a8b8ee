using System.Diagnostics;
using System.Text.Json;
using Faas.Scenarios;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Soak;

/// <summary>
/// Calls many functions for a long time, compares each output with its input, and watches what the server holds.
/// </summary>
internal sealed class SoakRun(FaasServer server, IReadOnlyList<FunctionSource> functions, double rate, int connections)
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(10);

    private readonly List<SoakSample> _samples = [];
    private readonly List<string> _wrong = [];
    private long _calls;
    private long _wrongCalls;

    public IReadOnlyList<SoakSample> Samples => _samples;

    public long Calls => Volatile.Read(ref _calls);

    public long WrongCalls => Volatile.Read(ref _wrongCalls);

    /// <summary>The first few wrong answers, with what was expected.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    public async Task RunAsync(TimeSpan length, TextWriter log, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(length);
        var callers = Enumerable.Range(0, connections).Select(seed => CallAsync(new Random(seed), end.Token)).ToArray();
        using var timer = new PeriodicTimer(s_period);
        while (!end.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            var sample = SoakSample.Take(Stopwatch.GetElapsedTime(began).TotalSeconds, server.ProcessId, Calls);
            _samples.Add(sample);
            await log.WriteLineAsync(FormattableString.Invariant(
                $"{sample.Seconds,6:N0} s  {sample.Calls,8:N0} calls  {WrongCalls} wrong  {sample.Processes,5} processes  {sample.Descriptors,6} descriptors  {sample.PssMib,7:N0} MiB"));
        }

        await Task.WhenAll(callers);
    }

    /// <summary>One caller: calls one after the other, at its share of the rate or as fast as they are answered.</summary>
    private async Task CallAsync(Random random, CancellationToken end)
    {
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(1) };
        var period = TimeSpan.FromSeconds(connections / rate);
        var next = Stopwatch.GetTimestamp();
        while (!end.IsCancellationRequested)
        {
            var number = random.Next(functions.Count);
            var input = Input(random);
            await CheckAsync(client, number, input);
            next += (long)(period.TotalSeconds * Stopwatch.Frequency);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, end).ContinueWith(static _ => { }, TaskScheduler.Default); // ends early with the run
            }
        }
    }

    private async Task CheckAsync(HttpClient client, int number, string input)
    {
        var expected = SoakFunctions.Expected(number, input);
        string? answer;
        try
        {
            using var body = new StringContent(input);
            using var response = await client.PostAsync($"/invoke?fn={functions[number].Name}", body);
            answer = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode)
            {
                answer = JsonDocument.Parse(answer).RootElement.GetProperty("output").GetString();
            }
        }
        catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException or JsonException)
        {
            answer = failed.Message;
        }

        Interlocked.Increment(ref _calls);
        if (answer != expected)
        {
            Interlocked.Increment(ref _wrongCalls);
            lock (_wrong)
            {
                if (_wrong.Count < 10)
                {
                    _wrong.Add($"{functions[number].Name} ({functions[number].Language}): {answer} instead of {expected}");
                }
            }
        }
    }

    /// <summary>Letters, so that no handler takes it for JSON; now and then more than a pipe holds.</summary>
    private static string Input(Random random)
    {
        var length = random.Next(20) == 0 ? random.Next(100_000) : random.Next(1, 200);
        return "t" + string.Create(length, random, static (text, random) =>
        {
            foreach (ref var c in text)
            {
                c = (char)('a' + random.Next(26));
            }
        });
    }
}
