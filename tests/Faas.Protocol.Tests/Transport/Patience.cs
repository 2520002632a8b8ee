namespace Faas.Protocol.Tests.Transport;

/// <summary>Bounds in time what should end by itself; a test that runs into one has failed.</summary>
internal static class Patience
{
    // Far above what a busy machine needs: it is there so that a defect ends the run, never to measure.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static async Task Wait(Task task, string what)
    {
        try
        {
            await task.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"did not happen: {what}");
        }
    }

    public static async Task<T> Wait<T>(Task<T> task, string what)
    {
        await Wait((Task)task, what);
        return await task;
    }

    /// <summary>Runs on a thread of its own, as everything does that may block.</summary>
    public static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
