using System.Text.Json;
using Faas.LoadTests.Chaos.Calls;
using Faas.LoadTests.Scenarios;
using Faas.LoadTests.Soak;

namespace Faas.LoadTests.Chaos;

/// <summary>What is deployed on each server before the faults.</summary>
internal static class ChaosFunctions
{
    public const string Hello = "hello";
    public const string Echo = "echo";
    public const string Sleep = "sleep";
    public const string Stream = "stream";

    private const int InterpretedStyles = 6;

    /// <returns>The interpreted functions that this machine has an interpreter for.</returns>
    /// <exception cref="InvalidOperationException">The server refuses one for another reason.</exception>
    public static async Task<IReadOnlyList<InterpretedFunction>> DeployAsync(ChaosServer server, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(2) };
        foreach (var (name, file, timeout) in new[]
        {
            (Hello, "hello.c", ICallKind.Deadline), (Echo, "echo.c", ICallKind.Deadline), (Sleep, "wait.c", SleeperCalls.Deadline), (Stream, "stream.c", ICallKind.Deadline),
        })
        {
            await DeployAsync(client, FunctionSource.FromFile(name, "c", file) with { Options = Timeout(timeout) }, cancellationToken);
        }

        var interpreted = new List<InterpretedFunction>();
        foreach (var (number, function) in SoakFunctions.Make(InterpretedStyles).Index())
        {
            if (await DeployAsync(client, function with { Options = Timeout(ICallKind.Deadline) }, cancellationToken))
            {
                interpreted.Add(new InterpretedFunction(function, number));
            }
        }

        return interpreted;
    }

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
        return json.RootElement.GetProperty("error").GetString() == "runtime_missing" ? false : throw new InvalidOperationException($"deploy of {function.Name}: {text}");
    }
}
