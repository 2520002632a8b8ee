using System.Buffers;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Tests.Framing;

public sealed class FrameBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(100_000)]
    [InlineData(FrameHeader.MaxPayloadBytes)]
    public void Write_MoreThanItHolds_GrowsAndKeepsWhatIsThere(int length)
    {
        var buffer = new FrameBuffer();
        buffer.WriteUInt64(0x0102030405060708);
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);

        buffer.Write(bytes);

        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1], buffer.WrittenMemory[..8].ToArray());
        Assert.True(buffer.WrittenMemory.Span[8..].SequenceEqual(bytes));
    }

    [Fact]
    public void Write_ByteByByte_EveryGrowthKeepsTheBytes()
    {
        var buffer = new FrameBuffer();
        for (var i = 0; i < 70_000; i++)
        {
            buffer.WriteByte((byte)i);
        }

        for (var i = 0; i < 70_000; i++)
        {
            Assert.Equal((byte)i, buffer.WrittenMemory.Span[i]);
        }
    }

    [Fact]
    public void EndFrame_PayloadOfTheLimit_IsReadBack()
    {
        var buffer = new FrameBuffer();
        buffer.BeginFrame(FrameType.Output, FrameFlags.None, 5);
        buffer.Write(new byte[FrameHeader.MaxPayloadBytes]);
        buffer.EndFrame();

        var sequence = new ReadOnlySequence<byte>(buffer.WrittenMemory);
        Assert.True(FrameReader.TryRead(ref sequence, FrameHeader.MaxPayloadBytes, out var frame));
        Assert.Equal(FrameHeader.MaxPayloadBytes, frame.Payload.Length);
    }

    [Fact]
    public void EndFrame_PayloadOverTheLimit_ThrowsAndNothingOfTheFrameStays()
    {
        var buffer = new FrameBuffer();
        buffer.BeginFrame(FrameType.Output, FrameFlags.None, 5);
        buffer.EndFrame();
        buffer.BeginFrame(FrameType.Output, FrameFlags.None, 6);
        buffer.Write(new byte[FrameHeader.MaxPayloadBytes + 1]);

        Assert.Throws<InvalidOperationException>(buffer.EndFrame);
        Assert.Equal(FrameHeader.SizeBytes, buffer.Length);
    }

    [Fact]
    public void Clear_AfterABurst_TheLargeBufferIsGivenBack()
    {
        var buffer = new FrameBuffer();
        buffer.Write(new byte[5 << 20]);
        buffer.Clear();

        Assert.Equal(0, buffer.Length);
        Assert.True(buffer.GetMemory().Length < 1 << 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void GetSpan_AnyHint_HasThatRoom(int hint) =>
        Assert.True(new FrameBuffer().GetSpan(hint).Length >= Math.Max(hint, 1));

    [Fact]
    public void WriteString_Utf8_LengthIsInBytes()
    {
        var buffer = new FrameBuffer();
        buffer.WriteString("é€");

        Assert.Equal([5, 0, 0, 0, 0xc3, 0xa9, 0xe2, 0x82, 0xac], buffer.WrittenMemory.ToArray());
    }

    [Fact]
    public void AbortFrame_BegunAndNotEnded_NothingOfItStays()
    {
        var buffer = new FrameBuffer();
        buffer.BeginFrame(FrameType.Ping, FrameFlags.None, 0);
        buffer.WriteUInt64(1);
        buffer.EndFrame();
        var before = buffer.WrittenMemory.ToArray();
        buffer.BeginFrame(FrameType.Output, FrameFlags.None, 7);
        buffer.WriteUInt32(1);
        buffer.AbortFrame();
        buffer.AbortFrame();

        Assert.Equal(before, buffer.WrittenMemory.ToArray());
    }
}
