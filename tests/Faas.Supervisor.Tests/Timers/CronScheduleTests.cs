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
    [InlineData("* * * * * *", "UTC", 315_619_200)] // ten years, three of them leap years, from noon to noon
    [InlineData("0 9 * * 1", "UTC", 522)]
    [InlineData("0 0 1 1 *", "America/New_York", 10)]
    [InlineData("30 2 * * *", "Europe/Paris", 3653)]
    public void Between_TenYears_CountsByDays(string expression, string zone, long expected)
    {
        var (count, last) = Parse(expression, zone).Between(s_noon, s_noon.AddYears(10));

        Assert.Equal(expected, count);
        Assert.True(Parse(expression, zone).Next(last) > s_noon.AddYears(10));
        Assert.Equal(last, Parse(expression, zone).Next(last - TimeSpan.FromTicks(1)));
    }

    [Theory]
    [InlineData("*/7 * * * *", "UTC")]
    [InlineData("0 */5 8-17 * * MON-FRI", "Asia/Kolkata")]
    [InlineData("17 3 * * *", "America/Santiago")]
    [InlineData("0 0 L * *", "UTC")]
    public void Between_SomeMonthsAndAnyHours_AsManyAsOneByOne(string expression, string zone)
    {
        var cron = Parse(expression, zone);
        for (var hours = 1; hours < 24 * 100; hours += 97)
        {
            var upTo = s_noon.AddHours(hours);
            var (count, last) = (0L, s_noon);
            while (cron.Next(last) is { } next && next <= upTo)
            {
                last = next;
                count++;
            }

            Assert.Equal((count, last), cron.Between(s_noon, upTo));
        }
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
