using MiniFaas.Client;

namespace MiniFaas.Tests.Client;

public sealed class DiagnosticTextTests
{
    [Theory]
    [InlineData("main.c:1:25: error: use of 'x'", "\e[1mmain.c:1:25: \e[0m\e[31merror:\e[0m\e[1m use of 'x'\e[0m")]
    [InlineData("main.c:3:1: warning: unused", "\e[1mmain.c:3:1: \e[0m\e[33mwarning:\e[0m\e[1m unused\e[0m")]
    [InlineData("error[E0425]: cannot find", "\e[1m\e[0m\e[31merror[E0425]:\e[0m\e[1m cannot find\e[0m")]
    [InlineData("./main.go:3:2: undefined: x", "\e[1m./main.go:3:2:\e[0m\e[31m\e[0m\e[1m undefined: x\e[0m")]
    [InlineData("    |    ^~~~", "\e[32m    |    ^~~~\e[0m")]
    [InlineData("    1 | int main(void)", "    1 | int main(void)")]
    public void Paint_KnowsPlacesSeveritiesAndMarks(string line, string expected) =>
        Assert.Equal(expected, DiagnosticText.Paint(line, new TerminalStyle(IsOn: true)));

    [Fact]
    public void Paint_WithoutColours_IsTheTextItself() =>
        Assert.Equal("a.c:1:1: error: no\n  ^", DiagnosticText.Paint("a.c:1:1: error: no\n  ^", new TerminalStyle(IsOn: false)));
}
