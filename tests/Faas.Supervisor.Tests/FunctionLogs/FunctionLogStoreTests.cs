using System.Text;
using System.Text.Json;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Tests.Functions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Supervisor.Tests.FunctionLogs;

public sealed class FunctionLogStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LoopSupervisor _loops = new(TimeProvider.System, NullLogger.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Root => _folder.Combine("logs");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Record_Lines_AreReadBackInOrderAlsoAfterRestart()
    {
        var function = await FunctionAsync();
        await using (var logs = Open())
        {
            Assert.Empty(logs.ReadTail("f", 10));
            logs.Record(Entry(function, "one\n"));
            logs.Record(Entry(function, "two"));
            await logs.FlushAsync();
            Assert.Equal(["one\n", "two"], Errors(logs.ReadTail("f", 10)));
        }

        await using var again = Open();
        again.Record(Entry(function, "three"));
        await again.FlushAsync();
        Assert.Equal(["one\n", "two", "three"], Errors(again.ReadTail("f", 10)));
        Assert.Equal(["three"], Errors(again.ReadTail("f", 1)));
        Assert.Empty(again.ReadTail("f", 0));
    }

    [Fact]
    public async Task Record_MoreThanTheRingHolds_KeepsTheNewestWithinItsSize()
    {
        const int SegmentBytes = 4096;
        var function = await FunctionAsync();
        await using var logs = new FunctionLogStore(Root, _loops, NullLogger.Instance, SegmentBytes);
        for (var i = 0; i < 200; i++)
        {
            logs.Record(Entry(function, $"line {i}"));
            await logs.FlushAsync();
        }

        var kept = Errors(logs.ReadTail("f", 1000));
        Assert.Equal("line 199", kept[^1]);
        Assert.InRange(kept.Count, SegmentBytes / 200, 199);
        Assert.Equal(Enumerable.Range(200 - kept.Count, kept.Count).Select(i => $"line {i}"), kept);
        Assert.InRange(Directory.GetFiles(Path.Combine(Root, "f")).Sum(file => new FileInfo(file).Length), 1, 2 * SegmentBytes);
    }

    [Fact]
    public async Task Open_TornLastLine_IsLeftOutAndEnded()
    {
        var function = await FunctionAsync();
        await using (var logs = Open())
        {
            logs.Record(Entry(function, "whole"));
        }

        await File.AppendAllTextAsync(Path.Combine(Root, "f", "current.jsonl"), "{\"time\":\"2026", Token);
        await using var again = Open();
        Assert.Equal(["whole"], Errors(again.ReadTail("f", 10)));
        again.Record(Entry(function, "next"));
        await again.FlushAsync();
        Assert.Equal(["whole", "next"], Errors(again.ReadTail("f", 10)));
    }

    [Fact]
    public async Task Follow_TailThenWhatComes_NothingMissingOrDoubled()
    {
        var function = await FunctionAsync();
        await using var logs = Open();
        logs.Record(Entry(function, "before"));
        await logs.FlushAsync();
        var (tail, follower) = logs.Follow("f", 10);
        logs.Record(Entry(function, "after"));
        Assert.Equal(["before"], Errors(tail));
        Assert.Equal("after", Errors([await follower.Reader.ReadAsync(Token)])[0]);
        logs.Unfollow("f", follower);
        logs.Record(Entry(function, "later"));
        await logs.FlushAsync();
        Assert.False(follower.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Forget_RemovesTheFolder()
    {
        var function = await FunctionAsync();
        await using var logs = Open();
        logs.Record(Entry(function, "x"));
        logs.Forget("f");
        logs.Forget("never");
        await logs.FlushAsync();
        Assert.False(Directory.Exists(Path.Combine(Root, "f")));
        logs.Record(Entry(function, "y"));
        await logs.FlushAsync();
        Assert.Equal(["y"], Errors(logs.ReadTail("f", 10)));
    }

    [Fact]
    public async Task Forget_MoreIsRecordedThanMayWait_IsNotDroppedWithIt()
    {
        var function = await FunctionAsync();
        var logger = new HoldingLogger();
        await using var logs = new FunctionLogStore(Root, _loops, logger);
        logs.Record(Entry(function, "x"));
        await logs.FlushAsync();

        // What cannot be written is logged, and there the writer is held up.
        await File.WriteAllTextAsync(Path.Combine(Root, "g"), "not a folder", Token);
        logs.Record(Entry(await NamedAsync("g"), "y"));
        await logger.Reached.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        for (var i = 0; i < FunctionLogStore.MaxWaiting + 10; i++)
        {
            logs.Record(Entry(function, "more"));
        }

        logs.Forget("f");
        logger.Release.Set();
        await logs.FlushAsync();

        Assert.False(Directory.Exists(Path.Combine(Root, "f")));
    }

    [Fact]
    public async Task Record_Files_ArePrivate()
    {
        await using var logs = Open();
        logs.Record(Entry(await FunctionAsync(), "x"));
        await logs.FlushAsync();
        Assert.Equal(DataDirectory.FileMode, File.GetUnixFileMode(Path.Combine(Root, "f", "current.jsonl")));
        Assert.Equal(DataDirectory.FolderMode, File.GetUnixFileMode(Path.Combine(Root, "f")));
    }

    [Theory]
    [InlineData("key is s3cr3t-key, really", false, "key is ***, really")]
    [InlineData("s3cr3t-key-and-more", false, "***")]
    [InlineData("level dev stays", false, "level dev stays")]
    [InlineData("3t-key at the cut", true, "*** at the cut")]
    [InlineData("3t-key at no cut", false, "3t-key at no cut")]
    public async Task Redact_ValuesOfTheEnvironment_DoNotOccur(string text, bool isCut, string expected)
    {
        var function = await FunctionAsync(new("KEY", "s3cr3t-key"), new("LONG", "s3cr3t-key-and-more"), new("LEVEL", "dev"));
        Assert.Equal(expected, LogLine.Redact(text, function, [], isCut));
    }

    private static LogEntry Entry(FunctionVersion function, string error) => new(
        DateTimeOffset.UnixEpoch, function, "0000000000000001", 0, "function_failed", 7, null, Encoding.UTF8.GetBytes(error), IsCut: false);

    private static List<string> Errors(IEnumerable<byte[]> lines) => [.. lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("stderr").GetString()!)];

    private FunctionLogStore Open() => new(Root, _loops, NullLogger.Instance);

    private Task<FunctionVersion> FunctionAsync(params KeyValuePair<string, string>[] environment) => NamedAsync("f", environment);

    private async Task<FunctionVersion> NamedAsync(string name, params KeyValuePair<string, string>[] environment)
    {
        using var store = FunctionStore.Open(_folder.Combine("data"), new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_760_055_556)), NullLogger.Instance);
        return await store.AddAsync(Drafts.Script(name) with { Environment = environment }, Token);
    }

    private sealed class HoldingLogger : Microsoft.Extensions.Logging.ILogger
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Release { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel,
            Microsoft.Extensions.Logging.EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            Reached.TrySetResult();
            Release.Wait(Token);
        }
    }
}
