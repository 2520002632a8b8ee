namespace Faas.Supervisor.Gateway;

/// <summary>Server-sent events (HTML Standard, 9.2).</summary>
internal static class EventStream
{
    public const string ContentType = "text/event-stream";

    /// <summary>Says what comes, to the client and to a proxy between.</summary>
    public static void Begin(HttpResponse response)
    {
        response.ContentType = ContentType;
        DoNotHold(response);
    }

    /// <summary>nginx and those that follow it collect answers unless they are told not to: a stream would stay silent for minutes.</summary>
    public static void DoNotHold(HttpResponse response) => response.Headers["X-Accel-Buffering"] = "no";
}
