using System.Xml.Linq;
using Faas.Supervisor.Tests;

namespace MiniFaas.Tests.Lab;

public sealed class LabCommandTests
{
    [Fact]
    public async Task SynthThenReplay_WritesADrawing()
    {
        using var folder = new TemporaryFolder();
        var (trace, drawing) = (Path.Combine(folder.Path, "a.trace"), Path.Combine(folder.Path, "a.svg"));
        Assert.Equal(0, await CommandLine.RunAsync(["lab", "synth", "zipf", trace, "--count", "2000", "--seed", "3"]));
        Assert.Equal(0, await CommandLine.RunAsync(["lab", "replay", trace, "--workers", "2,4", "--slots", "4", "--strategy", "rr,hash", "--warm", "50", "--svg", drawing, "--output", "json"]));
        Assert.Equal("svg", XDocument.Load(drawing).Root!.Name.LocalName);
    }

    [Fact]
    public async Task Replay_NoTrace_Exits1()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "x");
        Assert.Equal(1, await CommandLine.RunAsync(["lab", "replay", file]));
        await File.WriteAllTextAsync(file, "something else altogether", TestContext.Current.CancellationToken);
        Assert.Equal(1, await CommandLine.RunAsync(["lab", "replay", file]));
    }

    [Theory]
    [InlineData("lab")]
    [InlineData("lab replay x --strategy lifo")]
    [InlineData("lab replay x --workers 0")]
    [InlineData("lab replay x --speeds fast")]
    [InlineData("lab synth odd x")]
    [InlineData("lab synth heavy x --count 0")]
    [InlineData("lab record x --max-bytes 1B")]
    [InlineData("lab record x --seconds 0")]
    public async Task RunAsync_WrongCommandLine_Exits2(string line) => Assert.Equal(2, await CommandLine.RunAsync(line.Split(' ')));
}
