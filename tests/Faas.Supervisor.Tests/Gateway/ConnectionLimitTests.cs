using System.Net;
using Faas.Supervisor.Access;
using Faas.Supervisor.Gateway;
using Faas.Supervisor.Hosting;

namespace Faas.Supervisor.Tests.Gateway;

public sealed class ConnectionLimitTests
{
    private static readonly IPAddress s_one = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress s_other = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress s_proxy = IPAddress.Parse("10.0.0.1");

    [Fact]
    public void TryEnter_AddressAndAll_AreBounded()
    {
        var limit = new ConnectionLimit(4, 2, new TrustedProxies([IPNetwork.Parse("10.0.0.0/8")]));
        Assert.True(limit.TryEnter(s_one));
        Assert.True(limit.TryEnter(s_one));
        Assert.False(limit.TryEnter(s_one));
        Assert.Equal(2, limit.Count);
        Assert.True(limit.TryEnter(s_other));
        Assert.True(limit.TryEnter(s_proxy));
        Assert.False(limit.TryEnter(s_other));
        limit.Leave(s_one);
        Assert.True(limit.TryEnter(s_proxy));
        Assert.Equal(4, limit.Count);
    }

    [Fact]
    public void TryEnter_TrustedProxy_IsBoundedByAllOnly()
    {
        var limit = new ConnectionLimit(3, 1, new TrustedProxies([IPNetwork.Parse("10.0.0.0/8")]));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(limit.TryEnter(s_proxy)));
        Assert.False(limit.TryEnter(s_proxy));
    }

    [Fact]
    public void TryEnter_FromManyThreads_CountsExactly()
    {
        var limit = new ConnectionLimit(50, 40, null);
        Parallel.For(0, 20_000, i =>
        {
            var address = i % 3 == 0 ? s_one : s_other;
            if (limit.TryEnter(address))
            {
                limit.Leave(address);
            }
        });
        Assert.Equal(0, limit.Count);
        Assert.All(Enumerable.Range(0, 40), _ => Assert.True(limit.TryEnter(s_one)));
        Assert.False(limit.TryEnter(s_one));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(limit.TryEnter(s_other)));
        Assert.False(limit.TryEnter(s_other));
    }

    [Theory]
    [InlineData(1_048_576, 4, 16_384)]
    [InlineData(1024, 4, 448)]
    [InlineData(512, 4, 170)]
    [InlineData(20, 4, 16)]
    public void ConnectionsOf_Limit_KeepsFilesBack(long limit, int workers, int expected) => Assert.Equal(expected, DescriptorLimit.ConnectionsOf(limit, workers));

    [Fact]
    public void Raise_SoftLimit_IsTheHardOne() => Assert.InRange(DescriptorLimit.Raise(), 256, int.MaxValue);

    [Fact]
    public void ByteBudget_IsNeverOver()
    {
        var budget = new ByteBudget(100);
        Assert.True(budget.TryTake(60));
        Assert.False(budget.TryTake(41));
        Assert.True(budget.TryTake(40));
        budget.GiveBack(60);
        Assert.Equal(40, budget.TakenBytes);
        Assert.True(budget.TryTake(60));
    }
}
