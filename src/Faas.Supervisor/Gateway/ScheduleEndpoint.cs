using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Timers;

namespace Faas.Supervisor.Gateway;

/// <summary><c>GET /function/NAME/schedule</c>: when it runs next, how the last run went, what was missed.</summary>
internal sealed class ScheduleEndpoint(FunctionStore store, AsyncInvocationStore invocations, TimeProvider time)
{
    public async Task GetAsync(HttpContext context)
    {
        var name = (string)context.GetRouteValue("name")!;
        if (!store.TryResolve(name, out var function))
        {
            await FunctionFailures.NotFoundAsync(context, name);
            return;
        }

        if (function.Schedule is not { } schedule || !CronSchedule.TryParse(schedule, out var cron, out _))
        {
            await Answers.FailAsync(
                context,
                StatusCodes.Status404NotFound,
                ErrorCodes.NoSchedule,
                $"{function.Id} has no schedule: deploy it with schedule=, or PATCH /function/{function.Name}?schedule=…");
            return;
        }

        var record = invocations.Reader.FindSchedule(function.Name);
        await Answers.SendAsync(context, StatusCodes.Status200OK, (function, schedule, record, Next: cron.Next(time.GetUtcNow())), static (json, found) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteString("name"u8, found.function.Name);
            json.WriteString("id"u8, found.function.Id);
            FunctionJson.WriteSchedule(json, found.schedule);
            AsyncInvocationJson.WriteTime(json, "next", found.Next);
            if (found.record is { Last: { } last, LastId: { } id })
            {
                json.WriteStartObject("last"u8);
                AsyncInvocationJson.WriteTime(json, "time", last);
                json.WriteString("invocation"u8, id.ToString());
                if (found.record.LastState is { } state)
                {
                    json.WriteString("state"u8, AsyncInvocationStates.NameOf(state));
                }

                json.WriteEndObject();
            }

            json.WriteNumber("missed"u8, found.record?.Missed ?? 0);
            if (found.record is { LastMissed: { } missed, Reason: { } reason })
            {
                json.WriteStartObject("lastMissed"u8);
                AsyncInvocationJson.WriteTime(json, "time", missed);
                json.WriteString("reason"u8, reason);
                json.WriteEndObject();
            }
        });
    }
}
