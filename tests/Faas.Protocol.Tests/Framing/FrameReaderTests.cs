using System.Buffers;
using System.Buffers.Binary;
using CsCheck;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Tests.Framing;

public sealed class FrameReaderTests
{
    private const int Limit = 64;

    public static TheoryData<string> VectorNames => [.. Vectors.Names];

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void TryRead_EverySplitIntoTwoSegments_SameFrame(string name)
    {
        var bytes = Vectors.Bytes(name);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            AssertReads(Segments.Cut(bytes, cut), bytes);
        }
    }

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void TryRead_OneByteSegments_SameFrame(string name)
    {
        var bytes = Vectors.Bytes(name);
        AssertReads(Segments.OneByteEach(bytes), bytes);
    }

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void TryRead_EveryPrefix_FalseAndUntouched(string name)
    {
        var bytes = Vectors.Bytes(name);
        for (var length = 0; length < bytes.Length; length++)
        {
            foreach (var prefix in new[] { new ReadOnlySequence<byte>(bytes, 0, length), Segments.OneByteEach(bytes.AsMemory(0, length)) })
            {
                var buffer = prefix;
                Assert.False(FrameReader.TryRead(ref buffer, FrameHeader.MaxPayloadBytes, out var frame));
                Assert.Equal(default, frame);
                Assert.Equal(prefix.Start, buffer.Start);
                Assert.Equal(prefix.End, buffer.End);
            }
        }
    }

    [Fact]
    public void TryRead_TwoFramesAndAHalf_TwoFramesAndTheRestIsLeft()
    {
        byte[] first = Vectors.Bytes("invoke");
        byte[] second = Vectors.Bytes("drain");
        byte[] half = Vectors.Bytes("completed")[..20];
        foreach (var start in new[] { new ReadOnlySequence<byte>([.. first, .. second, .. half]), Segments.OneByteEach((byte[])[.. first, .. second, .. half]) })
        {
            var buffer = start;
            Assert.True(FrameReader.TryRead(ref buffer, FrameHeader.MaxPayloadBytes, out var frame));
            Assert.Equal(FrameType.Invoke, frame.Header.Type);
            Assert.True(FrameReader.TryRead(ref buffer, FrameHeader.MaxPayloadBytes, out frame));
            Assert.Equal(FrameType.Drain, frame.Header.Type);
            Assert.False(FrameReader.TryRead(ref buffer, FrameHeader.MaxPayloadBytes, out _));
            Assert.Equal(half, buffer.ToArray());
        }
    }

    [Fact]
    public void TryRead_PayloadOfTheLimit_IsRead()
    {
        var bytes = Header(Limit, FrameType.Output, 0, 0, 1).Concat(new byte[Limit]).ToArray();
        var buffer = new ReadOnlySequence<byte>(bytes);

        Assert.True(FrameReader.TryRead(ref buffer, Limit, out var frame));
        Assert.Equal(Limit, frame.Payload.Length);
    }

    [Theory]
    [InlineData(Limit + 1u)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MaxValue + 1u)]
    [InlineData(uint.MaxValue - 15)]
    [InlineData(uint.MaxValue)]
    public void TryRead_LengthOverTheLimit_FrameTooLongBeforeThePayload(uint length) =>
        AssertViolation(ProtocolError.FrameTooLong, Header(length, FrameType.Output, 0, 0, 1));

    [Theory]
    [InlineData(0)]
    [InlineData(14)]
    [InlineData(255)]
    public void TryRead_TypeThatIsNone_UnknownType(byte type) =>
        AssertViolation(ProtocolError.UnknownType, Header(0, (FrameType)type, 0, 0, 1));

    [Fact]
    public void TryRead_EveryTypeWithEveryFlag_OnlyEndOfInputOfInvokeAndInput()
    {
        foreach (var type in Enum.GetValues<FrameType>())
        {
            var id = IsOfInvocation(type) ? 1UL : 0;
            for (var flags = 1; flags <= byte.MaxValue; flags++)
            {
                var header = Header(0, type, (byte)flags, 0, id);
                if (flags == (int)FrameFlags.EndOfInput && (type is FrameType.Invoke or FrameType.Input))
                {
                    var buffer = new ReadOnlySequence<byte>(header);
                    Assert.True(FrameReader.TryRead(ref buffer, Limit, out var frame));
                    Assert.Equal(FrameFlags.EndOfInput, frame.Header.Flags);
                }
                else
                {
                    AssertViolation(ProtocolError.ReservedBits, header);
                }
            }
        }
    }

    [Fact]
    public void TryRead_EveryReservedBit_ReservedBits()
    {
        for (var bit = 0; bit < 16; bit++)
        {
            AssertViolation(ProtocolError.ReservedBits, Header(0, FrameType.Drain, 0, (ushort)(1 << bit), 0));
        }
    }

    [Fact]
    public void TryRead_EveryTypeInTheOtherScope_WrongScope()
    {
        foreach (var type in Enum.GetValues<FrameType>())
        {
            AssertViolation(ProtocolError.WrongScope, Header(0, type, 0, 0, IsOfInvocation(type) ? 0UL : ulong.MaxValue));
        }
    }

    [Fact]
    public void TryRead_RandomBytes_FalseFrameOrViolationAndNeverPastTheEnd()
    {
        // Small numbers in every field, so that many headers are nearly right.
        var header = Gen.Select(Gen.OneOf(Gen.UInt[0, Limit + 2], Gen.UInt), Gen.Byte[0, 16], Gen.Byte[0, 2], Gen.UShort[0, 1], Gen.ULong[0, 2])
            .Select(h => Header(h.Item1, (FrameType)h.Item2, h.Item3, h.Item4, h.Item5));
        var start = Gen.OneOf(Gen.Byte.Array[0, 40], header);
        var cuts = Gen.Int[0, int.MaxValue].Array[0, 6];

        Gen.Select(start, Gen.Byte.Array[0, Limit * 2], cuts).Sample((head, tail, cut) =>
        {
            byte[] bytes = [.. head, .. tail];
            int[] offsets = [.. cut.Select(value => value % (bytes.Length + 1)).Order()];
            var whole = Segments.Cut(bytes, offsets);
            var buffer = whole;
            try
            {
                while (true)
                {
                    var before = buffer;
                    if (!FrameReader.TryRead(ref buffer, Limit, out var frame))
                    {
                        Assert.Equal(before.Start, buffer.Start);
                        Assert.Equal(before.End, buffer.End);
                        Assert.True(buffer.Length < FrameHeader.SizeBytes + Limit);
                        return;
                    }

                    Assert.Equal(frame.Header.PayloadBytes, (uint)frame.Payload.Length);
                    Assert.Equal(before.Length, FrameHeader.SizeBytes + frame.Payload.Length + buffer.Length);
                    Assert.Equal(before.Slice(FrameHeader.SizeBytes, frame.Payload.Length).ToArray(), frame.Payload.ToArray());
                }
            }
            catch (ProtocolViolationException)
            {
                // The other allowed outcome.
            }
        });
    }

    private static bool IsOfInvocation(FrameType type) =>
        type is FrameType.Invoke or FrameType.Input or FrameType.Output or FrameType.ErrorOutput or FrameType.Completed or FrameType.Cancel or FrameType.Window;

    private static byte[] Header(uint length, FrameType type, byte flags, ushort reserved, ulong id)
    {
        var bytes = new byte[FrameHeader.SizeBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, length);
        bytes[4] = (byte)type;
        bytes[5] = flags;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), reserved);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), id);
        return bytes;
    }

    private static void AssertViolation(ProtocolError error, byte[] header)
    {
        foreach (var buffer in new[] { new ReadOnlySequence<byte>(header), Segments.OneByteEach(header) })
        {
            var copy = buffer;
            var exception = Assert.Throws<ProtocolViolationException>(() => FrameReader.TryRead(ref copy, Limit, out _));
            Assert.Equal(error, exception.Error);
        }
    }

    private static void AssertReads(ReadOnlySequence<byte> buffer, byte[] bytes)
    {
        Assert.True(FrameReader.TryRead(ref buffer, FrameHeader.MaxPayloadBytes, out var frame));
        Assert.True(buffer.IsEmpty);
        Assert.Equal(bytes[FrameHeader.SizeBytes..], frame.Payload.ToArray());
        var header = new byte[FrameHeader.SizeBytes];
        frame.Header.Write(header);
        Assert.Equal(bytes[..FrameHeader.SizeBytes], header);
    }
}
