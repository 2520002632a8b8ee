using System.Text.Json;
using Faas.LoadTests.Chaos.Calls;
using Faas.LoadTests.Soak;
using Faas.Scenarios;
using Faas.Supervisor.Scheduling;

namespace Faas.LoadTests.Chaos;

/// <summary>What is deployed on each server before the faults.</summary>
internal static class ChaosFunctions
{
    public const string Hello = "hello";
    public const string Echo = "echo";
    public const string Sleep = "sleep";
    public const string SleepTooLong = "sleep-too-long";
    public const string Stream = "stream";

    private const int InterpretedStyles = 6;

    /// <returns>The interpreted functions that this machine has an interpreter for.</returns>
    /// <exception cref="PlatformNotSupportedException">There is no compiler for C.</exception>
    /// <exception cref="InvalidOperationException">The server refuses one for another reason.</exception>
    public static async Task<IReadOnlyList<InterpretedFunction>> DeployAsync(ChaosServer server, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(2) };
        foreach (var (name, file, timeout) in new[]
        {
            (Hello, "hello.c", deadline), (Echo, "echo.c", deadline), (Stream, "stream.c", deadline), (Sleep, "wait.c", deadline), (SleepTooLong, "wait.c", SleeperCalls.ShortDeadline),
        })
        {
            if (!await DeployAsync(client, FunctionSource.FromFile(name, "c", file) with { Options = Timeout(timeout) }, cancellationToken))
            {
                throw new PlatformNotSupportedException("there is no compiler for C here (scripts/setup installs one)");
            }
        }

        var interpreted = new List<InterpretedFunction>();
        foreach (var (number, function) in SoakFunctions.Make(InterpretedStyles).Index())
        {
            if (await DeployAsync(client, function with { Options = Timeout(deadline) }, cancellationToken))
            {
                interpreted.Add(new InterpretedFunction(function, number));
            }
        }

        return interpreted;
    }

    /// <summary>
    /// Has every worker make ready whatever it makes at the first call of a function, so that what servers hold can be compared.
    /// The strategy is another one meanwhile: not all of them use every worker.
    /// </summary>
    public static async Task WarmAsync(ChaosClient client, string strategy, IReadOnlyList<InterpretedFunction> interpreted)
    {
        await SetStrategyAsync(client, StrategyNames.RoundRobin);
        foreach (var name in (string[])[Hello, Echo, Sleep, SleepTooLong, .. interpreted.Select(function => function.Source.Name)])
        {
            for (var i = 0; i < 2 * ChaosServer.Workers; i++)
            {
                await client.Judge.WatchAsync("warm", client.Deadline, leave => client.InvokeAsync(name, "t"u8.ToArray(), static _ => null, leave));
            }
        }

        for (var i = 0; i < 2 * ChaosServer.Workers; i++)
        {
            await StreamCalls.ReadAsync(client, lines: 1, betweenMs: 0, pauseMs: 0);
        }

        await SetStrategyAsync(client, strategy);
    }

    private static Task SetStrategyAsync(ChaosClient client, string strategy) => client.Judge.WatchAsync(
        "strategy", client.Deadline, leave => client.AskAsync(HttpMethod.Post, $"/strategy?name={strategy}", null, static _ => CallOutcome.Ok, leave));

    private static string Timeout(TimeSpan time) => $"&timeout={time.TotalMilliseconds:0}";

    private static async Task<bool> DeployAsync(HttpClient client, FunctionSource function, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(function.Code);
        using var answer = await client.PostAsync($"/deploy?name={function.Name}&lang={function.Language}{function.Options}", body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return true;
        }

        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("error").GetString() is "runtime_missing" or "toolchain_missing" ? false : throw new InvalidOperationException($"deploy of {function.Name}: {text}");
    }
}
