using Faas.Supervisor.Loops;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Gateway;

/// <summary><c>GET /healthz</c>: every part of the process does its work. <c>GET /readyz</c>: an invocation would find a worker.</summary>
internal sealed class HealthEndpoint(Scheduler scheduler, LoopSupervisor loops, SocketThreadWatch threads)
{
    public Task HealthAsync(HttpContext context)
    {
        if (threads.Stuck is > 0 and var stuck)
        {
            return Answers.FailAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                ErrorCodes.SocketThreadStuck,
                $"{stuck} of the threads that serve the sockets have not turned for a second: the server's log says where they are");
        }

        var unwell = loops.States.Where(loop => loop.IsUnwell).Select(loop => loop.Name).Distinct(StringComparer.Ordinal).ToList();
        return unwell.Count > 0
            ? Answers.FailAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                ErrorCodes.LoopUnwell,
                $"{string.Join(", ", unwell)}: fails again and again, and is tried again; the server's log has the cause",
                json =>
                {
                    json.WriteStartArray("loops"u8);
                    unwell.ForEach(json.WriteStringValue);
                    json.WriteEndArray();
                })
            : Answers.SendAsync(context, StatusCodes.Status200OK, 0, static (json, _) => json.WriteBoolean("ok"u8, true));
    }

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
