using System.Globalization;
using Faas.LoadTests.Chaos;

namespace Faas.Chaos.Tests;

/// <summary>
/// A few servers hurt for two minutes in all. Which ones, and how, changes from day to day; <c>MINIFAAS_CHAOS_SEED</c> repeats a
/// day's. Bounds of time are wide, as the machine may be slow; what is wrong, hangs or leaks is wrong on any machine.
/// </summary>
public sealed class ChaosTests : IDisposable
{
    private const int Servers = 3;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfc-report-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task RunAsync_PartsFailUnderLoad_EveryCallEndsRightlyAndNothingIsLeft()
    {
        var options = Options(Seed());
        ChaosReport report;
        try
        {
            report = await ChaosCommand.RunAsync(options, TextWriter.Null, TestContext.Current.CancellationToken);
        }
        catch (PlatformNotSupportedException missing)
        {
            Assert.Skip(missing.Message);
            return;
        }

        Assert.True(report.Passed, $"to repeat: {ChaosCommand.CommandOf(options, report)}\n{report.ToMarkdown()}");
        Assert.Equal(Servers, report.Rounds.Count);
        Assert.All(report.Rounds, round =>
        {
            Assert.NotEmpty(round.Faults);
            Assert.True(round.Answers.GetValueOrDefault("ok") > 0);
        });
    }

    private ChaosOptions Options(int seed) => new()
    {
        Seed = seed,
        Combinations = ChaosCombination.Draw(seed, Servers),
        FaultTime = TimeSpan.FromSeconds(15),
        Deadline = TimeSpan.FromSeconds(15), // longer than any fault: nothing may reach it that need not
        Grace = TimeSpan.FromSeconds(15),
        Recovery = TimeSpan.FromSeconds(15),
        Output = _folder.FullName,
    };

    private static int Seed() =>
        int.TryParse(Environment.GetEnvironmentVariable("MINIFAAS_CHAOS_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).DayNumber;
}
