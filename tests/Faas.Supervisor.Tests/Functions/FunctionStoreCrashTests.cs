using System.Diagnostics;
using Faas.Supervisor.Functions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Faas.Supervisor.Tests.Functions;

public sealed class FunctionStoreCrashTests : IDisposable
{
    private static readonly StoreStep[] s_addSteps =
    [
        StoreStep.FolderStaged, StoreStep.SourceWritten, StoreStep.ModuleWritten, StoreStep.MetadataWritten,
        StoreStep.StageFlushed, StoreStep.Renamed, StoreStep.Committed,
    ];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => _folder.Combine("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddAsync_CrashAfterAnyStep_ReopensWithTheWholeFunctionOrNone()
    {
        List<StoreStep> seen = [];
        using (var store = Open(Data))
        {
            await store.AddAsync(Drafts.Compiled("f", "old"), Token);
            store.Reached = step =>
            {
                seen.Add(step);
                TemporaryFolder.Copy(Data, _folder.Combine(step.ToString()));
            };
            await store.AddAsync(Drafts.Compiled("f", "new source"), Token);
        }

        Assert.Equal(s_addSteps, seen);
        foreach (var step in seen)
        {
            using var store = Open(_folder.Combine(step.ToString()));
            var expected = step < StoreStep.Renamed ? 1 : 2;
            Assert.Equal(expected, store.Count);
            Assert.True(store.TryResolve("f", out var newest));
            Assert.Equal(expected == 1 ? "old"u8.ToArray() : "new source"u8.ToArray(), store.ReadSource(newest));
            Assert.Empty(Directory.GetFileSystemEntries(store.Data.Temporary));
            Assert.False(Directory.Exists(store.Data.Damaged));
            Assert.Equal(expected + 1, (await store.AddAsync(Drafts.Compiled("f"), Token)).Version);
        }
    }

    [Fact]
    public async Task AddAsync_FailureAtAnyStepBeforeTheCommit_LeavesNothing()
    {
        using var store = Open(Data);
        foreach (var failing in s_addSteps.Where(step => step != StoreStep.Committed))
        {
            store.Reached = step =>
            {
                if (step == failing)
                {
                    throw new IOException("no space left");
                }
            };
            await Assert.ThrowsAsync<StorageFailedException>(() => store.AddAsync(Drafts.Compiled("f"), Token));
            Assert.Equal(0, store.Count);
            Assert.False(store.TryResolve("f", out _));
            Assert.Empty(Directory.GetFileSystemEntries(store.Data.Temporary));
            Assert.Empty(Directory.GetFileSystemEntries(store.Data.Functions));
        }

        store.Reached = null;
        var version = await store.AddAsync(Drafts.Compiled("f"), Token);
        Assert.True(store.TryResolve("f", out var resolved));
        Assert.Same(version, resolved);
    }

    [Fact]
    public async Task DeleteAsync_CrashAfterAnyStep_NameMeansTheNewestOrNothing()
    {
        List<string> copies = [];
        string newest;
        using (var store = Open(Data))
        {
            await store.AddAsync(Drafts.Script("f"), Token);
            await store.AddAsync(Drafts.Script("f"), Token);
            newest = (await store.AddAsync(Drafts.Script("f"), Token)).Id;
            store.Reached = step =>
            {
                copies.Add(_folder.Combine($"{copies.Count}-{step}"));
                TemporaryFolder.Copy(Data, copies[^1]);
            };
            await store.DeleteAsync("f", Token);
        }

        Assert.Equal(4, copies.Count);
        for (var i = 0; i < copies.Count; i++)
        {
            using var store = Open(copies[i]);
            Assert.Equal(Math.Max(0, 2 - i), store.Count);
            Assert.Equal(i < 2, store.TryResolve("f", out var resolved));
            Assert.Equal(i < 2 ? newest : null, resolved?.Id);
        }
    }

    [Fact]
    public async Task AddAsync_ProcessKilledAgainAndAgain_EveryAcknowledgedFunctionSurvives()
    {
        const int Rounds = 5;
        HashSet<string> acknowledged = [];
        for (var round = 0; round < Rounds; round++)
        {
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
            {
                RedirectStandardOutput = true,
                Environment = { [CrashingChild.Variable] = Data },
            })!;
            try
            {
                // A different number of acknowledgements each round, so that the kill falls into different steps.
                for (var i = 0; i < 10 + (3 * round); i++)
                {
                    acknowledged.Add(await child.StandardOutput.ReadLineAsync(Token) ?? throw new InvalidOperationException("the child ended"));
                }
            }
            finally
            {
                child.Kill();
            }

            // What it had still written before the kill was acknowledged too; only a whole line counts.
            var rest = await child.StandardOutput.ReadToEndAsync(Token);
            var lines = rest.Split('\n');
            acknowledged.UnionWith(lines[..^1]);
            await child.WaitForExitAsync(Token);

            var logger = new RecordingLogger();
            using var store = FunctionStore.Open(Data, TimeProvider.System, logger);
            Assert.All(acknowledged, id => Assert.True(store.TryResolve(id, out _), id));
            Assert.DoesNotContain(logger.Entries, entry => entry.Level >= LogLevel.Warning);
            Assert.Empty(Directory.GetFileSystemEntries(store.Data.Temporary));
        }
    }

    private static FunctionStore Open(string data) => FunctionStore.Open(data, TimeProvider.System, NullLogger.Instance);
}
