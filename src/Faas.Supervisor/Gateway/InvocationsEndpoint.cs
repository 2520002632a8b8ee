using System.Globalization;
using Faas.Supervisor.AsyncInvocations;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// <c>GET /invocation/ID</c>, <c>DELETE /invocation/ID</c> (calls it off), <c>POST /invocation/ID/retry</c> and
/// <c>GET /invocations[?state=…][&amp;fn=…][&amp;limit=N][&amp;before=ID]</c>.
/// </summary>
internal sealed class InvocationsEndpoint(AsyncInvocationStore store, AsyncInvoker invoker, CallbackSender callbacks)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public async Task GetAsync(HttpContext context)
    {
        if (Find(context) is { } invocation)
        {
            await Answers.SendAsync(context, StatusCodes.Status200OK, invocation, static (json, found) =>
            {
                json.WriteBoolean("ok"u8, true);
                AsyncInvocationJson.Write(json, found);
            });
        }
        else
        {
            await NotFoundAsync(context);
        }
    }

    public async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        AsyncInvocationState? state = null;
        AsyncInvocationId before = default;
        var limit = DefaultLimit;
        string? problem = null;
        if (query["state"].ToString() is { Length: > 0 } name && !AsyncInvocationStates.TryParse(name, out state))
        {
            problem = $"state is one of {string.Join(", ", AsyncInvocationStates.Names)}, not '{name}'";
        }

        if (query["limit"].ToString() is { Length: > 0 } number
            && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            problem = $"limit is a whole number from 1 to {MaxLimit}, not '{number}'";
        }

        if (query["before"].ToString() is { Length: > 0 } last && !AsyncInvocationId.TryParse(last, out before))
        {
            problem = $"before is an invocation's id, the 'next' of the page before, not '{last}'";
        }

        if (problem is not null)
        {
            await Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, problem);
            return;
        }

        var function = query["fn"].ToString() is { Length: > 0 } fn ? fn : null;
        var page = store.Reader.List(state, function, before.Sequence > 0 ? before.Sequence : null, limit + 1);
        await Answers.SendAsync(context, StatusCodes.Status200OK, (page, limit), static (json, found) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteStartArray("invocations"u8);
            foreach (var invocation in found.page.Take(found.limit))
            {
                json.WriteStartObject();
                AsyncInvocationJson.WriteSummary(json, invocation);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (found.page.Count > found.limit)
            {
                json.WriteString("next"u8, found.page[found.limit - 1].Id.ToString());
            }
        });
    }

    public async Task CancelAsync(HttpContext context)
    {
        if (Find(context) is not { } invocation)
        {
            await NotFoundAsync(context);
            return;
        }

        // What runs is asked to end, and says itself when it has; it may still end well.
        if (await store.CancelAsync(invocation.Id))
        {
            callbacks.Wake();
        }
        else if (!invoker.TryCancel(invocation.Id))
        {
            await Answers.FailAsync(
                context, StatusCodes.Status409Conflict, ErrorCodes.InvocationEnded, "it has ended: there is nothing to call off");
            return;
        }

        await SendIdAsync(context, invocation.Id, StatusCodes.Status202Accepted);
    }

    public async Task RetryAsync(HttpContext context)
    {
        if (Find(context) is not { } invocation)
        {
            await NotFoundAsync(context);
            return;
        }

        if (!await store.RetryAsync(invocation.Id))
        {
            await Answers.FailAsync(
                context,
                StatusCodes.Status409Conflict,
                ErrorCodes.InvocationNotDead,
                $"it is {AsyncInvocationStates.NameOf(invocation.State)}: only what is dead, unknown or cancelled can be run again");
            return;
        }

        invoker.Wake();
        await SendIdAsync(context, invocation.Id, StatusCodes.Status202Accepted);
    }

    private static Task SendIdAsync(HttpContext context, AsyncInvocationId id, int statusCode)
    {
        var text = id.ToString();
        context.Response.Headers.Location = "/invocation/" + text;
        return Answers.SendAsync(context, statusCode, text, static (json, invocation) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteString("invocation"u8, invocation);
        });
    }

    private static Task NotFoundAsync(HttpContext context) => Answers.FailAsync(
        context,
        StatusCodes.Status404NotFound,
        ErrorCodes.InvocationNotFound,
        $"no asynchronous invocation '{context.GetRouteValue("id")}': it never was, or it ended longer ago than --async-retention");

    private AsyncInvocation? Find(HttpContext context) =>
        AsyncInvocationId.TryParse((string)context.GetRouteValue("id")!, out var id) ? store.Reader.Find(id) : null;
}
