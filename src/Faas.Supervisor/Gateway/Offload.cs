namespace Faas.Supervisor.Gateway;

/// <summary>Moves an endpoint that touches files or takes its time off the thread that serves the sockets.</summary>
internal static class Offload
{
    /// <summary>Answers above this are put together elsewhere: about a tenth of a millisecond of copying and escaping.</summary>
    public const int LargeAnswerBytes = 128 * 1024;

    public static RequestDelegate ToThreadPool(RequestDelegate handler) => async context =>
    {
        await ThreadPoolAsync();
        await handler(context);
    };

    /// <summary>What follows the await runs on the thread pool.</summary>
    public static async ValueTask ThreadPoolAsync() => await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
