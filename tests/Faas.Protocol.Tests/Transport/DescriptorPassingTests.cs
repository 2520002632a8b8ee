using System.Net.Sockets;
using Faas.Protocol.Transport;
using Microsoft.Win32.SafeHandles;

namespace Faas.Protocol.Tests.Transport;

public sealed class DescriptorPassingTests : IDisposable
{
    private readonly SocketPath _path = new();
    private readonly Socket _here = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Socket _there;

    public DescriptorPassingTests()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_path.Value));
        listener.Listen();
        _here.Connect(new UnixDomainSocketEndPoint(_path.Value));
        _there = listener.Accept();
    }

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
        _path.Dispose();
    }

    [Fact]
    public void Send_TwoDescriptors_ReadTheSameFiles()
    {
        var files = new[] { "one", "two" }.Select(Written).ToArray();
        Assert.Equal(1, DescriptorPassing.Send((int)_here.Handle, [0], [.. files.Select(file => (int)file.DangerousGetHandle())]));
        Array.ForEach(files, file => file.Dispose());

        Span<int> received = stackalloc int[2];
        Assert.True(DescriptorPassing.TryReceive((int)_there.Handle, received));
        Assert.Equal("one", Read(received[0]));
        Assert.Equal("two", Read(received[1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void TryReceive_AnotherNumberOfDescriptors_FalseAndNoneIsLeftOpen(int count)
    {
        using var file = Written("x");
        var name = NameBehind($"/proc/self/fd/{file.DangerousGetHandle()}");
        var before = OpenDescriptors();
        Assert.Equal(1, DescriptorPassing.Send((int)_here.Handle, [0], [.. Enumerable.Repeat((int)file.DangerousGetHandle(), count)]));

        Span<int> received = stackalloc int[2];
        Assert.False(DescriptorPassing.TryReceive((int)_there.Handle, received));
        Assert.Equal(before, OpenDescriptors());

        // Others of this process come and go meanwhile: only those of this file count.
        int OpenDescriptors() => Directory.GetFiles("/proc/self/fd").Count(path => NameBehind(path) == name);
    }

    [Fact]
    public void TryReceive_TheSenderIsGone_False()
    {
        _here.Dispose();

        Assert.False(DescriptorPassing.TryReceive((int)_there.Handle, new int[2]));
    }

    [Fact]
    public void Send_TheReceiverIsGone_BelowZero()
    {
        _there.Dispose();

        Assert.True(DescriptorPassing.Send((int)_here.Handle, [0], []) < 0);
    }

    private static SafeFileHandle Written(string text)
    {
        var file = File.OpenHandle(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, options: FileOptions.DeleteOnClose);
        RandomAccess.Write(file, System.Text.Encoding.ASCII.GetBytes(text), 0);
        return file;
    }

    private static string? NameBehind(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            return null; // closed meanwhile
        }
    }

    private static string Read(int descriptor)
    {
        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        var bytes = new byte[10];
        return System.Text.Encoding.ASCII.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
    }
}
