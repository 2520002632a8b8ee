using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Tests.Building;

/// <summary>This machine's compilers, looked for once for all tests of a class.</summary>
public sealed class CompilerFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ToolRunner _runner;

    public CompilerFixture()
    {
        Data = DataDirectory.Create(_folder.Combine("data"));
        var search = ToolSearch.FromEnvironment();
        _runner = new ToolRunner(Data, search, TimeProvider.System, new RecordingLogger());
        Builder = new FunctionBuilder(Data, new ArtifactCache(Data), search, _runner, new RecordingLogger());
    }

    internal DataDirectory Data { get; }

    internal FunctionBuilder Builder { get; }

    /// <summary>Skips the test by name when the machine has no such compiler.</summary>
    internal async Task RequireAsync(string language) =>
        Assert.SkipUnless(await Builder.WarmUpAsync(language, TestContext.Current.CancellationToken), $"no {language} compiler on this machine");

    public void Dispose()
    {
        _runner.Dispose();
        _folder.Dispose();
    }
}
