using Faas.Supervisor.Functions;
using Faas.Supervisor.Gateway;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Dashboard;

/// <summary>
/// <c>GET /status</c>: the server as it stands. <c>POST /strategy?name=NAME</c>: another strategy, from the next invocation on.
/// <c>GET /function/NAME/activity</c>: the last five minutes of one function.
/// </summary>
internal sealed class StatusEndpoint(StatusReport status, ActivityFeed feed, Scheduler scheduler, FunctionStore store, ILogger logger)
{
    private static readonly string s_version = typeof(StatusEndpoint).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "";
    private static readonly long s_started = new DateTimeOffset(System.Diagnostics.Process.GetCurrentProcess().StartTime).ToUnixTimeSeconds();

    public Task GetAsync(HttpContext context) =>
        Answers.SendAsync(context, StatusCodes.Status200OK, (status, feed), static (json, server) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteString("version"u8, s_version);
            json.WriteNumber("pid"u8, Environment.ProcessId);
            json.WriteNumber("started"u8, s_started);
            json.WriteStartArray("strategies"u8);
            foreach (var name in StrategyCatalog.Names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            FeedJson.WritePoint(json, new FeedPoint(server.feed.Latest, server.status.QueueLength, server.status.Running));
            server.status.Write(json);
        });

    public Task SetStrategyAsync(HttpContext context)
    {
        var name = context.Request.Query["name"].ToString();
        if (!StrategyCatalog.TryGetName(name, out var strategy))
        {
            return Answers.FailAsync(
                context,
                StatusCodes.Status400BadRequest,
                ErrorCodes.BadRequest,
                $"unknown strategy '{name}': name= takes {string.Join(", ", StrategyCatalog.Names)}");
        }

        var previous = scheduler.Strategy;
        scheduler.Strategy = strategy;
        DashboardLog.StrategyChanged(logger, previous, strategy);
        return Answers.SendAsync(context, StatusCodes.Status200OK, (strategy, previous), static (json, change) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteString("strategy"u8, change.strategy);
            json.WriteString("previous"u8, change.previous);
        });
    }

    public Task GetActivityAsync(HttpContext context)
    {
        var name = (string)context.GetRouteValue("name")!;
        return store.ListVersions(name).Count == 0
            ? FunctionFailures.NotFoundAsync(context, name)
            : Answers.SendAsync(context, StatusCodes.Status200OK, (feed, name), static (json, asked) =>
            {
                json.WriteBoolean("ok"u8, true);
                json.WriteString("name"u8, asked.name);
                asked.feed.WriteFunction(json, asked.name);
            });
    }
}
