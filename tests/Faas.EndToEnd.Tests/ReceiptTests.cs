using System.Globalization;
using System.Text.RegularExpressions;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Every answer to an invocation says who ran it and where the time went.</summary>
public sealed partial class ReceiptTests(SharedServer shared)
{
    private MiniFaasServer Server => shared.Server;

    [Theory]
    [InlineData("ok", 200)]
    [InlineData("exit7", 500)]
    [InlineData("trap", 500)]
    [InlineData("flood", 500)]
    [InlineData("bomb", 500)]
    [InlineData("loop", 504)]
    public async Task Invoke_WhateverItsEnd_HasAReceiptThatAddsUp(string kind, int status)
    {
        var (language, source, more) = kind switch
        {
            "ok" => ("wasm", Sources.Ok, ""),
            "exit7" => ("c", RepositoryLayout.Module("exit7.c"), ""),
            "trap" => ("wasm", RepositoryLayout.Module("trap_unreachable.wat"), ""),
            "flood" => ("wasm", RepositoryLayout.Module("flood.wat"), ""),
            "bomb" => ("c", RepositoryLayout.Module("malloc_steps.c"), "&memory=64"),
            _ => ("wasm", RepositoryLayout.Module("loop.wat"), "&timeout=200"),
        };
        await Server.DeployedAsync($"receipt-{kind}", language, source, more);
        for (var i = 0; i < 3; i++)
        {
            var answer = await Server.InvokeAsync($"receipt-{kind}");
            Assert.Equal(status, answer.Status);
            AssertReceipt(answer);
        }
    }

    [Fact]
    public async Task Trigger_ThatEndedBeforeItsFirstByteWasSent_HasAReceipt()
    {
        await Server.DeployedAsync("receipt-fail", "wasm", RepositoryLayout.Module("trap_unreachable.wat"));
        var answer = (await Server.GetAsync("/fn/receipt-fail/")).ShouldFail(500, "trap");
        AssertReceipt(answer);
    }

    [Fact]
    public async Task Trigger_Always_SaysWhoRanIt()
    {
        await Server.DeployedAsync("receipt-ok", "wasm", Sources.Ok);
        var answer = await Server.GetAsync("/fn/receipt-ok/");
        Assert.InRange(answer.Worker, 0, 3);
        Assert.NotNull(answer.Header("X-Faas-Invocation"));
    }

    [Fact]
    public async Task Invoke_Ids_AreDistinct()
    {
        await Server.DeployedAsync("receipt-ok", "wasm", Sources.Ok);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Server.InvokeAsync("receipt-ok")));
        Assert.Equal(50, answers.Select(answer => answer.Header("X-Faas-Invocation")).Distinct().Count());
    }

    private static void AssertReceipt(Answer answer)
    {
        Assert.NotNull(answer.Header("X-Faas-Invocation"));
        Assert.InRange(answer.Worker, 0, 3);
        var timing = answer.Header("Server-Timing") ?? throw new InvalidOperationException($"no Server-Timing: {answer}");
        var durations = Duration().Matches(timing).ToDictionary(
            match => match.Groups[1].Value, match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.Equal(["queue", "send", "load", "run", "total"], durations.Keys);
        Assert.All(durations.Values, duration => Assert.True(duration >= 0, timing));
        var total = durations["total"];
        var parts = durations.Values.Sum() - total;
        Assert.True(Math.Abs(parts - total) <= total * 0.05, timing);
        Assert.Matches(@", start;desc=(warm|cached|cold), pick;desc=RR$", timing);
    }

    [GeneratedRegex(@"(\w+);dur=(-?[0-9]+\.[0-9]{3})(?=,|$)")]
    private static partial Regex Duration();
}
