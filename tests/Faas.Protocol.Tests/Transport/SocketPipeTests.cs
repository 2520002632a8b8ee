using System.Buffers;
using System.Net.Sockets;
using Faas.Protocol.Transport;

namespace Faas.Protocol.Tests.Transport;

/// <summary>The pipe semantics of the socket pump, in both of its modes.</summary>
public sealed class SocketPipeTests : IAsyncLifetime
{
    private readonly SocketPath _path = new();
    private Socket _here = null!;
    private Socket _there = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<bool> BothModes => [true, false];

    public async ValueTask InitializeAsync()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_path.Value));
        listener.Listen();
        _here = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await _here.ConnectAsync(new UnixDomainSocketEndPoint(_path.Value), Cancellation);
        _there = await listener.AcceptAsync(Cancellation);
    }

    public ValueTask DisposeAsync()
    {
        _here.Dispose();
        _there.Dispose();
        _path.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(BothModes))]
    public async Task ReadAsync_NotAllExamined_ReturnsWhatIsThereAtOnce(bool blocking)
    {
        var reader = new SocketPipeReader(_here, Mode(blocking));
        _there.Send("abc"u8);
        var result = await reader.ReadAsync(Cancellation);
        reader.AdvanceTo(result.Buffer.GetPosition(1));

        Assert.True(reader.TryRead(out _));
        result = await reader.ReadAsync(Cancellation);
        Assert.Equal("bc"u8, result.Buffer.ToArray());
    }

    [Theory]
    [MemberData(nameof(BothModes))]
    public async Task ReadAsync_AllExaminedNotConsumed_WaitsForMoreAndKeepsTheOld(bool blocking)
    {
        var reader = new SocketPipeReader(_here, Mode(blocking));
        _there.Send("abc"u8);
        var result = await reader.ReadAsync(Cancellation);
        reader.AdvanceTo(result.Buffer.GetPosition(1), result.Buffer.End);
        Assert.False(reader.TryRead(out _));

        _there.Send("d"u8);
        result = await reader.ReadAsync(Cancellation);
        Assert.Equal("bcd"u8, result.Buffer.ToArray());
    }

    [Theory]
    [MemberData(nameof(BothModes))]
    public async Task ReadAsync_MoreThanTheBuffer_GrowsWithoutLosingAByte(bool blocking)
    {
        var bytes = new byte[700_000];
        new Random(3).NextBytes(bytes);
        var sending = Patience.OnThread(() => _there.Send(bytes));
        var reader = new SocketPipeReader(_here, Mode(blocking));
        var skipped = 0;
        while (true)
        {
            var result = await reader.ReadAsync(Cancellation);
            Assert.True(result.Buffer.ToArray().AsSpan().SequenceEqual(bytes.AsSpan(skipped, (int)result.Buffer.Length)));
            if (skipped + result.Buffer.Length == bytes.Length)
            {
                break;
            }

            // Consumes a little now and then, so that the unread part starts at odd places.
            var step = result.Buffer.Length > 3 ? 3 : 0;
            skipped += step;
            reader.AdvanceTo(result.Buffer.GetPosition(step), result.Buffer.End);
        }

        await Patience.Wait(sending, "the sender ends");
    }

    [Theory]
    [MemberData(nameof(BothModes))]
    public async Task ReadAsync_AfterTheEnd_StaysCompleted(bool blocking)
    {
        var reader = new SocketPipeReader(_here, Mode(blocking));
        _there.Send("a"u8);
        _there.Shutdown(SocketShutdown.Both);
        var result = await reader.ReadAsync(Cancellation);
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);

        for (var i = 0; i < 2; i++)
        {
            result = await reader.ReadAsync(Cancellation);
            Assert.True(result.IsCompleted);
            Assert.Equal("a"u8, result.Buffer.ToArray());
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        Assert.True(reader.TryRead(out result));
        Assert.True(result.IsCompleted);
    }

    [Theory]
    [MemberData(nameof(BothModes))]
    public async Task WriteAsync_MoreThanTheSocketHolds_AllOfItInOrder(bool blocking)
    {
        var bytes = new byte[3_000_000];
        new Random(4).NextBytes(bytes);
        var received = new MemoryStream();
        var receiving = Patience.OnThread(() =>
        {
            var buffer = new byte[50_000];
            while (received.Length < bytes.Length)
            {
                received.Write(buffer, 0, _there.Receive(buffer));
            }
        });
        var result = await new SocketPipeWriter(_here, Mode(blocking)).WriteAsync(bytes, Cancellation);

        await Patience.Wait(receiving, "all bytes arrive");
        Assert.False(result.IsCompleted);
        Assert.True(received.ToArray().AsSpan().SequenceEqual(bytes));
    }

    [Theory]
    [MemberData(nameof(BothModes))]
    public async Task WriteAsync_BytesWereStaged_TheyLeaveFirst(bool blocking)
    {
        var writer = new SocketPipeWriter(_here, Mode(blocking));
        "ab"u8.CopyTo(writer.GetSpan(2));
        writer.Advance(2);
        await writer.WriteAsync("cd"u8.ToArray(), Cancellation);

        var buffer = new byte[10];
        Assert.Equal(4, _there.Receive(buffer));
        Assert.Equal("abcd"u8, buffer.AsSpan(0, 4));
    }

    [Theory]
    [MemberData(nameof(BothModes))]
    public async Task WriteAsync_Nothing_IsNoEnd(bool blocking)
    {
        var writer = new SocketPipeWriter(_here, Mode(blocking));

        Assert.False((await writer.WriteAsync(default, Cancellation)).IsCompleted);
        Assert.False((await writer.FlushAsync(Cancellation)).IsCompleted);
    }

    [Theory]
    [MemberData(nameof(BothModes))]
    public async Task WriteAsync_PeerIsGone_CompletedEveryTime(bool blocking)
    {
        var writer = new SocketPipeWriter(_here, Mode(blocking));
        _there.Dispose();

        Assert.True((await writer.WriteAsync("a"u8.ToArray(), Cancellation)).IsCompleted);
        Assert.True((await writer.WriteAsync("a"u8.ToArray(), Cancellation)).IsCompleted);
    }

    private static SocketMode Mode(bool blocking) => blocking ? SocketMode.Blocking : SocketMode.Asynchronous;
}
