using Faas.PerfCompare.Statistics;

namespace Faas.PerfCompare.Tests;

public sealed class MannWhitneyTests
{
    [Fact]
    public void PValueGreater_FiveAboveFive_IsOneOfAllInterleavings() =>
        Assert.Equal(1.0 / 252, MannWhitney.PValueGreater([6, 7, 8, 9, 10], [1, 2, 3, 4, 5]), 9); // 10 choose 5 = 252

    [Fact]
    public void PValueGreater_OneSwapped_CountsTheMoreExtremeOnes() =>
        Assert.Equal(2.0 / 252, MannWhitney.PValueGreater([5, 7, 8, 9, 10], [1, 2, 3, 4, 6]), 9);

    [Fact]
    public void PValueGreater_BothDirections_OverlapInTheMiddle()
    {
        double[] a = [1, 4, 5, 8];
        double[] b = [2, 3, 6, 7];
        Assert.True(MannWhitney.PValueGreater(a, b) + MannWhitney.PValueGreater(b, a) > 1);
    }

    [Fact]
    public void PValueGreater_AllEqual_IsNoEvidence() =>
        Assert.Equal(1, MannWhitney.PValueGreater([1, 1, 1], [1, 1, 1]));

    [Fact]
    public void PValueGreater_Ties_UseTheApproximation() =>
        Assert.InRange(MannWhitney.PValueGreater([3, 4, 5, 6, 7, 8], [1, 2, 3, 2, 1, 3]), 0.001, 0.02);
}
