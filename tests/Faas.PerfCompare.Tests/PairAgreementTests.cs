using Faas.PerfCompare.Statistics;

namespace Faas.PerfCompare.Tests;

public sealed class PairAgreementTests
{
    private static readonly double[] s_low = [10, 11, 12, 13];
    private static readonly double[] s_high = [20, 21, 22, 23];

    [Fact]
    public void Of_DecidedAndPredictedAlike_IsAlike() =>
        Assert.Equal(new PairAgreement(Pairs: 1, Decided: 1, Alike: 1, Missed: 0), PairAgreement.Of([1, 2], [s_low, s_high]));

    [Fact]
    public void Of_DecidedAndPredictedTheOtherWay_IsOpposite()
    {
        var agreement = PairAgreement.Of([2, 1], [s_low, s_high]);
        Assert.Equal((1, 0, 1), (agreement.Decided, agreement.Alike, agreement.Opposite));
    }

    [Fact]
    public void Of_DecidedAndPredictedEqual_IsMissed() =>
        Assert.Equal(new PairAgreement(Pairs: 1, Decided: 1, Alike: 0, Missed: 1), PairAgreement.Of([100, 104], [s_low, s_high]));

    [Fact]
    public void Of_RepetitionsOverlap_DecidesNothing() =>
        Assert.Equal(0, PairAgreement.Of([1, 2], [[10, 11, 12, 40], [20, 21, 22, 23]]).Decided);

    [Fact]
    public void Of_SmallButSteadyDifference_DecidesNothing() =>
        Assert.Equal(0, PairAgreement.Of([1, 2], [[1.000, 1.001, 1.002, 1.003], [1.010, 1.011, 1.012, 1.013]]).Decided);

    [Fact]
    public void Of_FewerRepetitionsThanNeeded_DecidesNothing() =>
        Assert.Equal(0, PairAgreement.Of([1, 2], [s_low[..(PairAgreement.LeastRepetitions - 1)], s_high]).Alike);

    [Fact]
    public void Of_ManyThings_CountsEachPairOnce()
    {
        // a < b decided alike, a < c decided and predicted the other way, b and c undecided.
        var agreement = PairAgreement.Of([2, 3, 1], [s_low, s_high, [20.5, 21.5, 22.5, 23.5]]);
        Assert.Equal((3, 2, 1, 0.5), (agreement.Pairs, agreement.Decided, agreement.Alike, agreement.Share));
    }

    [Fact]
    public void Share_NothingDecided_IsNoNumber() =>
        Assert.Equal(double.NaN, PairAgreement.Of([1, 2], [s_low, s_low]).Share);
}
