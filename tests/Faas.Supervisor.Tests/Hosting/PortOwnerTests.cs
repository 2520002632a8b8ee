using System.Net;
using System.Net.Sockets;
using Faas.Supervisor.Hosting;

namespace Faas.Supervisor.Tests.Hosting;

public sealed class PortOwnerTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Find_PortWeListenOn_IsOurs(string address)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        Assert.SkipUnless(address != "::1" || Socket.OSSupportsIPv6, "no IPv6 here");
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        PortOwner? owner = PortOwner.Find(((IPEndPoint)listener.LocalEndpoint).Port);
        Assert.Equal(Environment.ProcessId, owner?.ProcessId);
    }

    [Fact]
    public void Find_PortNobodyListensOn_IsNobodys()
    {
        // Bound but not listening.
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Null(PortOwner.Find(((IPEndPoint)socket.LocalEndPoint!).Port));
    }
}
