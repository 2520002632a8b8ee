using Faas.LoadTests.Chaos;

namespace Faas.Chaos.Tests;

public sealed class ChaosCombinationTests
{
    [Fact]
    public void All_OfAnyMachine_HasEachStrategyOnEachTransportOnce()
    {
        var all = ChaosCombination.All;

        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.Equal(all.Count, all.Select(each => each.Strategy).Distinct().Count() * all.Select(each => each.Transport).Distinct().Count());
    }

    [Fact]
    public void Draw_Few_DifferInTheirTransports()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var drawn = ChaosCombination.Draw(seed, 3);

            Assert.Equal(3, drawn.Select(each => each.Transport).Distinct().Count());
            Assert.Equal(drawn, ChaosCombination.Draw(seed, 3));
        }
    }

    [Theory]
    [InlineData("rr/unix", 1)]
    [InlineData("*/shm", 6)]
    [InlineData("FIFO/*", 4)]
    public void Parse_Names_FindsThem(string text, int count) => Assert.Equal(count, ChaosCombination.Parse(text).Count);

    [Theory]
    [InlineData("RR")]
    [InlineData("RR/tcp")]
    [InlineData("none/unix")]
    public void Parse_Unknown_IsRefused(string text) => Assert.Throws<ArgumentException>(() => ChaosCombination.Parse(text));
}
