using Faas.Supervisor.Loops;
using Microsoft.Extensions.Logging.Abstractions;

namespace Faas.Supervisor.Tests.Loops;

public sealed class SocketThreadTests
{
    private int _asked;

    [Fact]
    public void Look_AnsweredEachTime_IsNeverStuck()
    {
        var thread = new SocketThread(Ask);
        for (var look = 1; look <= 100; look++)
        {
            Assert.Null(thread.Look());
            Assert.Equal(look, _asked);
            thread.Answer();
        }

        Assert.False(thread.IsStuck);
        Assert.Contains($"thread {thread.ThreadId} (", thread.Describe(), StringComparison.Ordinal);
        Assert.DoesNotContain("state ?", thread.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Look_NotAnsweredForAsManyLooks_IsStuckOnceAndWellAfterItsAnswer()
    {
        var thread = new SocketThread(Ask);
        Assert.Null(thread.Look());
        for (var look = 1; look < SocketThread.Patience; look++)
        {
            Assert.Null(thread.Look());
        }

        Assert.True(thread.Look());
        Assert.Null(thread.Look());
        Assert.True(thread.IsStuck);
        Assert.Equal(1, _asked); // What it has not read is not sent again.

        thread.Answer();
        Assert.False(thread.Look());
        Assert.False(thread.IsStuck);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public void Look_OnceAfterALongTime_ItsLengthDoesNotCount()
    {
        // As when the process was stopped: nobody looked meanwhile.
        var thread = new SocketThread(Ask);
        thread.Look();

        Assert.Null(thread.Look());
    }

    [Fact]
    public async Task Start_ThreadsThatTurn_AreSeenTurning()
    {
        var looks = new SemaphoreSlim(0);
        await using var watch = SocketThreadWatch.Start(2, () => looks.Release(), NullLogger.Instance);
        for (var look = 0; look < 2 * SocketThread.Patience; look++)
        {
            Assert.True(await looks.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }
    }

    private bool Ask()
    {
        _asked++;
        return true;
    }
}
