using System.CommandLine;
using System.Text.Json;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;
using Spectre.Console;

namespace MiniFaas.Top;

/// <summary><c>minifaas top</c>: the server's feed in the terminal, a picture a second.</summary>
internal static class TopCommand
{
    private const string DataPrefix = "data: ";
    private const string TickEvent = "event: tick";

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "One picture of the next second, then end (always so when the output is no terminal)" };
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("top", "Watch load, latencies, workers and functions live; Ctrl-C or q ends") { once, server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                return await FollowAsync(client, parsed.GetValue(once), (_, text) => Console.Out.WriteLine(text), cancellationToken);
            }

            if (parsed.GetValue(once) || Console.IsOutputRedirected || Console.IsInputRedirected)
            {
                return await FollowAsync(client, once: true, (tick, _) => AnsiConsole.Write(TopView.Draw(tick, new LoadTrend())), cancellationToken);
            }

            return await LiveAsync(client, cancellationToken);
        });
        return command;
    }

    private static async Task<int> LiveAsync(FaasClient client, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var trend = new LoadTrend();
        Task<int> following = null!;
        AnsiConsole.AlternateScreen(() => AnsiConsole.Live(new Text("waiting for the first second…")).Start(live =>
        {
            following = FollowAsync(
                client,
                once: false,
                (tick, _) =>
                {
                    trend.Add(tick.Load.Rate);
                    live.UpdateTarget(TopView.Draw(tick, trend));
                },
                end.Token);
            while (!following.Wait(100, CancellationToken.None))
            {
                if (Console.KeyAvailable && Console.ReadKey(intercept: true).Key is ConsoleKey.Q or ConsoleKey.Escape)
                {
                    end.Cancel();
                }
            }
        }));
        return await following;
    }

    private static async Task<int> FollowAsync(FaasClient client, bool once, Action<TopTick, string> show, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bool isTick = false;
        try
        {
            FaasReply? failure = await client.ReadLinesAsync(
                "/events",
                line =>
                {
                    if (!line.StartsWith(DataPrefix, StringComparison.Ordinal))
                    {
                        isTick = line.Length == 0 ? isTick : line == TickEvent;
                    }
                    else if (isTick && !enough.IsCancellationRequested)
                    {
                        string text = line[DataPrefix.Length..];
                        show(TopTick.Parse(JsonSerializer.Deserialize(text, ClientJsonContext.Default.JsonElement)), text);
                        if (once)
                        {
                            enough.Cancel();
                        }
                    }
                },
                enough.Token);
            return failure is null ? ExitCode.Success : ClientCommand.Fail(failure);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }
}
