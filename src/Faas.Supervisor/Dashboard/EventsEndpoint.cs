using Faas.Supervisor.Gateway;

namespace Faas.Supervisor.Dashboard;

/// <summary><c>GET /events</c>: server-sent events, first the past, then a snapshot each second until the client goes or the server ends.</summary>
internal sealed class EventsEndpoint(ActivityFeed feed, CancellationToken stopping)
{
    public async Task HandleAsync(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        EventStream.Begin(context.Response);
        var (past, follower) = feed.Follow();
        try
        {
            await context.Response.BodyWriter.WriteAsync(past, end.Token);
            await foreach (var snapshot in follower.Reader.ReadAllAsync(end.Token))
            {
                await context.Response.BodyWriter.WriteAsync(snapshot, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The usual end.
        }
        finally
        {
            feed.Unfollow(follower);
        }
    }
}
