using Faas.PerfCompare.Statistics;

namespace Faas.PerfCompare.Tests;

public sealed class RankCorrelationTests
{
    [Fact]
    public void Spearman_SameOrder_IsOne() => Assert.Equal(1, RankCorrelation.Spearman([1, 2, 3], [10, 20, 1000]), 9);

    [Fact]
    public void Spearman_OppositeOrder_IsMinusOne() => Assert.Equal(-1, RankCorrelation.Spearman([1, 2, 3], [3, 2, 1]), 9);

    [Fact]
    public void Spearman_OneSwap_FollowsTheFormula() =>
        Assert.Equal(1 - 6.0 * 2 / (4 * (16 - 1)), RankCorrelation.Spearman([1, 2, 3, 4], [1, 2, 4, 3]), 9);

    [Fact]
    public void Spearman_Ties_ShareTheMeanPlace() => Assert.Equal(Math.Sqrt(0.75), RankCorrelation.Spearman([1, 2, 3], [1, 2, 2]), 9);

    [Fact]
    public void Spearman_AllTies_IsNoNumber() => Assert.Equal(double.NaN, RankCorrelation.Spearman([1, 1, 1], [1, 2, 3]));
}
