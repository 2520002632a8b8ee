using Faas.Protocol.Transport;
using Faas.Protocol.Transport.SharedMemory;

namespace Faas.Protocol.Tests.Transport;

public sealed class BellTests
{
    // A worker that sets its sleeping flag and never hears would otherwise hold up the thread that serves everybody.
    [Fact]
    public async Task TryRing_OtherSideNeverHears_ReturnsAtOnceForEver()
    {
        var (here, there) = SocketPair.Create();
        using var deaf = there;
        using var bell = new Bell(here, SocketMode.Asynchronous);

        await Task.Run(
            () =>
            {
                for (var ring = 0; ring < 1_000_000; ring++)
                {
                    Assert.True(bell.TryRing());
                }
            },
            TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void TryRing_OtherSideGone_SaysSo()
    {
        var (here, there) = SocketPair.Create();
        using var bell = new Bell(here, SocketMode.Asynchronous);
        there.Dispose();

        Assert.False(bell.TryRing());
    }
}
