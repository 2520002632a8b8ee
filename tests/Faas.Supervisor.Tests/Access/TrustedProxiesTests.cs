using System.Net;
using Faas.Supervisor.Access;

namespace Faas.Supervisor.Tests.Access;

public sealed class TrustedProxiesTests
{
    private readonly TrustedProxies _proxies = new([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8:1::/48")]);

    [Theory]
    [InlineData("", "", "", "10.0.0.1", null, null)]
    [InlineData("203.0.113.9", "https", "faas.example", "203.0.113.9", "https", "faas.example")]
    [InlineData("198.51.100.1, 203.0.113.9", "https", "", "203.0.113.9", "https", null)] // the left one is what the client wrote
    [InlineData("198.51.100.1, 203.0.113.9, 10.9.9.9", "http, https, http", "a, b, c", "203.0.113.9", "https", "b")]
    [InlineData("10.1.1.1, 10.2.2.2", "", "", "10.1.1.1", null, null)]
    [InlineData("203.0.113.9:4711", "", "", "203.0.113.9", null, null)]
    [InlineData("[2001:db8:2::7]:4711", "", "", "2001:db8:2::7", null, null)]
    [InlineData("2001:db8:2::7, 2001:db8:1::1", "", "", "2001:db8:2::7", null, null)]
    [InlineData("::ffff:203.0.113.9", "", "", "203.0.113.9", null, null)]
    [InlineData("203.0.113.9, nonsense, 10.9.9.9", "", "", "10.9.9.9", null, null)] // nobody knows who stands behind nonsense
    [InlineData("nonsense", "ftp", "a b", "10.0.0.1", null, null)]
    [InlineData("1", "", "", "10.0.0.1", null, null)]
    [InlineData("", "HTTPS", "faas.example:8443", "10.0.0.1", "https", "faas.example:8443")]
    public void Resolve_FamilyOfX_FindsTheRightmostThatIsNotTrusted(string addresses, string protos, string hosts, string address, string? proto, string? host)
    {
        var client = _proxies.Resolve(IPAddress.Parse("10.0.0.1"), ForwardingHeaders.ReadFamilyOfX(addresses, protos, hosts));
        Assert.Equal((IPAddress.Parse(address), proto, host), (client.For, client.Proto, client.Host));
    }

    [Theory]
    [InlineData("", "10.0.0.1", null, null)]
    [InlineData("for=203.0.113.9;proto=https;host=faas.example", "203.0.113.9", "https", "faas.example")]
    [InlineData("For=\"[2001:db8:2::7]:4711\" ; Proto=HTTPS", "2001:db8:2::7", "https", null)]
    [InlineData("for=198.51.100.1, for=203.0.113.9;host=b, for=10.9.9.9;host=c", "203.0.113.9", null, "b")]
    [InlineData("for=198.51.100.1, for=unknown;proto=https", "10.0.0.1", "https", null)]
    [InlineData("for=198.51.100.1, for=\"_hidden\"", "10.0.0.1", null, null)]
    [InlineData("for=\"203.0.113.9, for=10.0.0.2\"", "10.0.0.1", null, null)] // one quoted word
    [InlineData("for=\"203.0.113.\\9\"", "203.0.113.9", null, null)]
    [InlineData("for=\"203.0.113.9", "10.0.0.1", null, null)]
    [InlineData("\\\"", "10.0.0.1", null, null)]
    [InlineData(",;=,=;", "10.0.0.1", null, null)]
    public void Resolve_Forwarded_FindsTheRightmostThatIsNotTrusted(string value, string address, string? proto, string? host)
    {
        var client = _proxies.Resolve(IPAddress.Parse("10.0.0.1"), ForwardingHeaders.ReadForwarded(value));
        Assert.Equal((IPAddress.Parse(address), proto, host), (client.For, client.Proto, client.Host));
    }

    [Theory]
    [InlineData("10.255.0.1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("11.0.0.1", false)]
    [InlineData("2001:db8:1:2::3", true)]
    [InlineData("2001:db8:2::3", false)]
    public void Trusts_Address_ByItsNetwork(string address, bool expected) => Assert.Equal(expected, _proxies.Trusts(IPAddress.Parse(address)));

    [Fact]
    public void Read_AnyText_IsTakenOrLeft()
    {
        string[] pieces = ["for=", "\"", "\\", ",", ";", "=", "203.0.113.9", "[", "]", "::1", ":80", " ", "proto=https", "\0", "unknown"];
        var random = new Random(20265);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.NotNull(_proxies.Resolve(IPAddress.Parse("10.0.0.1"), ForwardingHeaders.ReadForwarded(text)).For);
            Assert.NotNull(_proxies.Resolve(IPAddress.Parse("10.0.0.1"), ForwardingHeaders.ReadFamilyOfX(text, text, text)).For);
        }
    }
}
