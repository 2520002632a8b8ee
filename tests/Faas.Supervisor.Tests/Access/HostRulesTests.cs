using System.Net;
using Faas.Supervisor.Access;

namespace Faas.Supervisor.Tests.Access;

public sealed class HostRulesTests
{
    [Theory]
    [InlineData("127.0.0.1", "", true)]
    [InlineData("127.0.0.1", "127.0.0.1:8080", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.1.2.3:1", true)]
    [InlineData("127.0.0.1", "[::1]:8080", true)]
    [InlineData("127.0.0.1", "LOCALHOST:8080", true)]
    [InlineData("127.0.0.1", "localhost.", true)]
    [InlineData("127.0.0.1", "faas.example", true)]
    [InlineData("127.0.0.1", "Faas.Example:80", true)]
    [InlineData("127.0.0.1", "evil.example:8080", false)]
    [InlineData("127.0.0.1", "localhost.evil.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1.evil.example", false)]
    [InlineData("127.0.0.1", "faas.example.evil", false)]
    [InlineData("127.0.0.1", "192.0.2.1:8080", false)]
    [InlineData("127.0.0.1", ":8080", false)]
    [InlineData("192.0.2.7", "192.0.2.7:8080", true)]
    [InlineData("192.0.2.7", "192.0.2.8:8080", false)]
    [InlineData("0.0.0.0", "192.0.2.8:8080", true)]
    [InlineData("0.0.0.0", "evil.example", false)]
    [InlineData("::", "[2001:db8::1]:80", true)]
    public void Allows_NamesOfThisServerOnly(string listening, string host, bool expected)
    {
        var rules = new HostRules(IPAddress.Parse(listening), ["faas.example"]);
        Assert.Equal(expected, rules.Allows(host));
        Assert.True(rules.Allows("localhost"));
        Assert.Equal(expected, rules.Allows(host)); // whatever was kept from the answers before
    }
}
