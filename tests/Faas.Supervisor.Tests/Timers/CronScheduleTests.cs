using Faas.Supervisor.Functions;
using Faas.Supervisor.Timers;

namespace Faas.Supervisor.Tests.Timers;

public sealed class CronScheduleTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("*/5 * * * *", "UTC", "2026-03-01T12:05:00Z")]
    [InlineData("30 0 13 * * *", "UTC", "2026-03-01T13:00:30Z")]
    [InlineData("0 9 * * *", "America/New_York", "2026-03-01T14:00:00Z")]
    [InlineData("@hourly", "UTC", "2026-03-01T13:00:00Z")]
    public void Next_ByTheClockOfItsZone(string expression, string zone, string next) =>
        Assert.Equal(DateTimeOffset.Parse(next, null), Parse(expression, zone).Next(s_noon));

    [Fact]
    public void Next_AnHourThatTheSummerSkips_RunsWhenTheClocksGoOn()
    {
        // Europe/Paris goes from 02:00 to 03:00 on 29 March 2026, at 01:00 UTC.
        var before = new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), Parse("30 2 * * *", "Europe/Paris").Next(before));
    }

    [Fact]
    public void Between_CountsAndFindsTheLast()
    {
        var (count, last) = Parse("* * * * *", "UTC").Between(s_noon, s_noon.AddMinutes(10.5));
        Assert.Equal((10, s_noon.AddMinutes(10)), (count, last));
        Assert.Equal(0, Parse("* * * * *", "UTC").Between(s_noon, s_noon).Count);
    }

    [Theory]
    [InlineData("", "UTC")]
    [InlineData("* * * *", "UTC")]
    [InlineData("61 * * * *", "UTC")]
    [InlineData("* * * * * * *", "UTC")]
    [InlineData("* * * * *", "Nowhere/Land")]
    public void TryParse_WhatCannotBeUnderstood_SaysSo(string expression, string zone)
    {
        Assert.False(CronSchedule.TryParse(new FunctionSchedule(expression, zone, false), out _, out var problem));
        Assert.NotEmpty(problem);
    }

    private static CronSchedule Parse(string expression, string zone) =>
        CronSchedule.TryParse(new FunctionSchedule(expression, zone, false), out var cron, out var problem) ? cron : throw new InvalidOperationException(problem);
}
