using Faas.Supervisor.Hosting;

namespace MiniFaas.Tests;

public sealed class BannerTests
{
    private static readonly BannerInfo s_info = new(
        "1.2.3", "P2C", 42, new Uri("http://127.0.0.1:8081"), [("workers", "4 × wasmtime: pids 1 2 3 4"), ("data", "/var/x")], TimeSpan.FromMilliseconds(456));

    [Fact]
    public void Format_Everything_IsShown()
    {
        string banner = Banner.Format(s_info, new TerminalStyle(IsOn: false));
        string[] parts = ["1.2.3", "strategy P2C", "pid 42", "ready in 456 ms", "http://127.0.0.1:8081", "pids 1 2 3 4", "/var/x"];
        Assert.All(parts, part => Assert.Contains(part, banner, StringComparison.Ordinal));
        Assert.Contains("'http://127.0.0.1:8081/deploy?name=hello&lang=c'", banner, StringComparison.Ordinal);
        Assert.Contains("'http://127.0.0.1:8081/invoke?fn=hello'", banner, StringComparison.Ordinal);
    }

    [Fact]
    public void Format_WithoutColours_HasNoEscapes() =>
        Assert.DoesNotContain('\e', Banner.Format(s_info, new TerminalStyle(IsOn: false)));

    [Fact]
    public void Format_WithColours_DiffersOnlyInEscapes()
    {
        string coloured = Banner.Format(s_info, new TerminalStyle(IsOn: true));
        Assert.Contains('\e', coloured);
        Assert.Equal(
            Banner.Format(s_info, new TerminalStyle(IsOn: false)),
            System.Text.RegularExpressions.Regex.Replace(coloured, "\e\\[[0-9]+m", ""));
    }

    [Theory]
    [InlineData(false, "", "xterm", true)]
    [InlineData(true, "", "xterm", false)]
    [InlineData(false, "1", "xterm", false)]
    [InlineData(false, "", "dumb", false)]
    [InlineData(false, "", null, false)]
    public void IsColourful_TerminalAndEnvironment_Decide(bool isRedirected, string noColor, string? term, bool expected) =>
        Assert.Equal(expected, TerminalStyle.IsColourful(isRedirected, name => name == "NO_COLOR" ? noColor : term));
}
