using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Gateway;

/// <summary><c>GET /healthz</c>: the process answers. <c>GET /readyz</c>: an invocation would find a worker.</summary>
internal sealed class HealthEndpoint(Scheduler scheduler)
{
    public static Task HealthAsync(HttpContext context) =>
        Answers.SendAsync(context, StatusCodes.Status200OK, 0, static (json, _) => json.WriteBoolean("ok"u8, true));

    public Task ReadyAsync(HttpContext context)
    {
        var ready = 0;
        foreach (var worker in scheduler.Workers)
        {
            ready += worker.IsReady ? 1 : 0;
        }

        return ready > 0
            ? Answers.SendAsync(context, StatusCodes.Status200OK, (ready, scheduler.Workers.Length), static (json, state) =>
            {
                json.WriteBoolean("ok"u8, true);
                json.WriteNumber("workersReady"u8, state.ready);
                json.WriteNumber("workers"u8, state.Length);
            })
            : Answers.FailAsync(
                context, StatusCodes.Status503ServiceUnavailable, ErrorCodes.NoWorker, "no worker is ready: they start, or have all crashed (see the log)");
    }
}
