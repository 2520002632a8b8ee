using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Telemetry;
using Faas.Supervisor.Tests.Functions;

namespace Faas.Supervisor.Tests.Telemetry;

public sealed class FunctionSeriesTableTests : IDisposable
{
    private const int Workers = 2;

    private readonly TemporaryFolder _folder = new();
    private readonly FunctionStore _store;
    private readonly FunctionSeriesTable _table;

    public FunctionSeriesTableTests()
    {
        _store = FunctionStore.Open(_folder.Combine("data"), TimeProvider.System, new RecordingLogger());
        _table = new FunctionSeriesTable(maximum: 2, Workers, version => _store.TryResolve(version.Id, out _));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Of_UpToTheBound_GivesEachVersionItsOwn()
    {
        var (a, b) = (await AddAsync("a"), await AddAsync("b"));

        Assert.Equal(("a", "1", "python"), Labels(_table.Of(a)));
        Assert.Equal(("b", "1", "python"), Labels(_table.Of(b)));
        Assert.Same(_table.Of(a), _table.Of(a));
    }

    [Fact]
    public async Task Of_PastTheBound_SharesOther()
    {
        _table.Of(await AddAsync("a"));
        _table.Of(await AddAsync("b"));
        var (c, d) = (_table.Of(await AddAsync("c")), _table.Of(await AddAsync("d")));

        Assert.Equal(("other", "other", "other"), Labels(c));
        Assert.Same(c, d);
        Assert.Equal(3, _table.All().Count);
    }

    [Fact]
    public async Task Of_NewVersionWithoutRoom_TakesItsOldestVersionsPlace()
    {
        var first = await AddAsync("a");
        _table.Of(first);
        _table.Of(await AddAsync("b"));
        var second = await AddAsync("a");

        Assert.Equal(("a", "2", "python"), Labels(_table.Of(second)));
        Assert.Equal(("other", "other", "other"), Labels(_table.Of(first)));
        Assert.Equal(["b 1", "a 2", "other other"], _table.All().Select(series => $"{series.Name} {series.Version}"));
    }

    [Fact]
    public async Task Forget_ADeletedVersion_LeavesAndMakesRoom()
    {
        var (a, b) = (await AddAsync("a"), await AddAsync("b"));
        _table.Of(a);
        _table.Of(b);
        await _store.DeleteAsync("a", TestContext.Current.CancellationToken);
        _table.Forget(a);

        Assert.Equal(["b", "other"], _table.All().Select(series => series.Name));
        // What still ran when it was deleted is counted, but brings nothing back.
        Assert.Equal(("other", "other", "other"), Labels(_table.Of(a)));
        Assert.Equal(("c", "1", "python"), Labels(_table.Of(await AddAsync("c"))));
    }

    [Fact]
    public async Task At_WorkersAndNone_CountApart()
    {
        var series = _table.Of(await AddAsync("a"));
        series.At(1).CountEnd(InvocationEnd.Ok);
        series.At(-1).CountEnd(InvocationEnd.Ok);
        series.At(Workers).CountEnd(InvocationEnd.Ok);

        Assert.Equal([(1, 1L), (null, 2L)], series.Used().Select(used => (used.Worker, used.Series.Ends(InvocationEnd.Ok))));
    }

    private Task<FunctionVersion> AddAsync(string name) => _store.AddAsync(Drafts.Script(name), TestContext.Current.CancellationToken);

    private static (string, string, string) Labels(FunctionSeries series) => (series.Name, series.Version, series.Language);
}
