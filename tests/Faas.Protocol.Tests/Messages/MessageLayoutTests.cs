using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;

namespace Faas.Protocol.Tests.Messages;

public sealed class MessageLayoutTests
{
    public static TheoryData<string> WithLayout =>
        [.. MessageSamples.All.Where(pair => pair.Value.HasLayout).Select(pair => pair.Key).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(WithLayout))]
    public void Read_TruncatedAtEachByte_MalformedPayload(string name)
    {
        var payload = Vectors.Frame(name).Payload.ToArray();
        var sample = MessageSamples.All[name];
        // A trailing field of bytes is shorter, not missing.
        var fixedBytes = name switch
        {
            "invoke" => payload.Length - "ping".Length,
            "completed" => payload.Length - "exit code -3".Length,
            _ => payload.Length,
        };
        for (var length = 0; length < fixedBytes; length++)
        {
            AssertMalformed(sample, new ReadOnlySequence<byte>(payload, 0, length));
            AssertMalformed(sample, Segments.OneByteEach(payload.AsMemory(0, length)));
        }
    }

    [Theory]
    [MemberData(nameof(WithLayout))]
    public void Read_AByteTooMany_MalformedUnlessTheLastFieldIsOpen(string name)
    {
        var sample = MessageSamples.All[name];
        var payload = new ReadOnlySequence<byte>([.. Vectors.Frame(name).Payload.ToArray(), 0]);
        if (sample.EndsWithBytes)
        {
            sample.Read(payload);
        }
        else
        {
            AssertMalformed(sample, payload);
        }
    }

    [Theory]
    [MemberData(nameof(WithLayout))]
    public void Read_EachByteChanged_AMessageOrAViolation(string name)
    {
        var payload = Vectors.Frame(name).Payload.ToArray();
        for (var i = 0; i < payload.Length; i++)
        {
            foreach (byte value in new byte[] { 0, 1, 0x7f, 0x80, 0xff })
            {
                byte[] copy = [.. payload];
                copy[i] = value;
                ReadOrViolate(MessageSamples.All[name], copy);
            }
        }
    }

    [Theory]
    [MemberData(nameof(WithLayout))]
    public void Read_RandomBytes_AMessageOrAViolation(string name) =>
        Gen.Select(Gen.Byte.Array[0, 96], Gen.Bool).Sample((bytes, preamble) =>
            ReadOrViolate(MessageSamples.All[name], preamble ? [0x4d, 0x46, 0x41, 0x53, 1, 0, .. bytes] : bytes));

    [Theory]
    [InlineData(0x7fff_ffffu)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public void Read_BlobLongerThanThePayload_MalformedPayload(uint length)
    {
        var payload = new byte[64];
        payload[8] = 1; // one argument
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(12), length);

        AssertMalformed(MessageSamples.All["invoke"], new ReadOnlySequence<byte>(payload));
    }

    [Fact]
    public void Read_HelloOfAnotherProtocol_BadMagic()
    {
        var payload = Vectors.Frame("hello-supervisor").Payload.ToArray();
        payload[0] ^= 1;

        Assert.Equal(ProtocolError.BadMagic, Violation(MessageSamples.All["hello-supervisor"], payload));
    }

    [Theory]
    [InlineData("hello-supervisor")]
    [InlineData("hello-worker")]
    public void Read_HelloOfAnotherVersion_VersionMismatchWhateverFollows(string name)
    {
        byte[] payload = [.. Vectors.Frame(name).Payload.ToArray()[..4], 2, 0, 9, 9, 9];

        Assert.Equal(ProtocolError.VersionMismatch, Violation(MessageSamples.All[name], payload));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public void Read_HelloWithAWindowThatCannotBe_MalformedPayload(uint window)
    {
        var payload = Vectors.Frame("hello-supervisor").Payload.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(6), window);

        Assert.Equal(ProtocolError.MalformedPayload, Violation(MessageSamples.All["hello-supervisor"], payload));
    }

    [Fact]
    public void Read_HelloOfAWorkerWithoutSlots_MalformedPayload()
    {
        var payload = Vectors.Frame("hello-worker").Payload.ToArray();
        payload[14] = 0;

        Assert.Equal(ProtocolError.MalformedPayload, Violation(MessageSamples.All["hello-worker"], payload));
    }

    [Fact]
    public void Read_WindowOfNothing_MalformedPayload() =>
        Assert.Equal(ProtocolError.MalformedPayload, Violation(MessageSamples.All["window"], new byte[4]));

    [Fact]
    public void Read_PrepareWithHandleZero_MalformedPayload()
    {
        var payload = Vectors.Frame("prepare").Payload.ToArray();
        payload[0] = 0;

        Assert.Equal(ProtocolError.MalformedPayload, Violation(MessageSamples.All["prepare"], payload));
    }

    [Fact]
    public void Write_MoreArgumentsThanTheFieldHolds_ThrowsAndStagesNothing()
    {
        var buffer = new FrameBuffer();

        Assert.Throws<OverflowException>(() =>
            InvokeMessage.Write(buffer, 1, FrameFlags.None, new InvokeMessage(1, 0, 65_536, 0, default, default), [], []));
        Assert.Equal(0, buffer.Length);
    }

    [Theory]
    [InlineData("x", 200_000)]
    [InlineData("€", 200_000)]
    public void Write_CompletedWithALongMessage_IsCutOffBetweenCharacters(string character, int count)
    {
        var buffer = new FrameBuffer();
        new CompletedMessage(InvocationStatus.FunctionFailed, StartKind.Warm, 1, 0, 0, 0, 0, default)
            .Write(buffer, 1, string.Concat(Enumerable.Repeat(character, count)));

        var sequence = new ReadOnlySequence<byte>(buffer.WrittenMemory);
        Assert.True(FrameReader.TryRead(ref sequence, FrameHeader.MaxPayloadBytes, out var frame));
        var text = Encoding.UTF8.GetString(CompletedMessage.Read(frame.Payload).Message);
        Assert.InRange(Encoding.UTF8.GetByteCount(text), CompletedMessage.MaxMessageBytes - 3, CompletedMessage.MaxMessageBytes);
        Assert.Equal("", text.Replace(character, "", StringComparison.Ordinal));
    }

    private static void ReadOrViolate(MessageSamples.Sample sample, byte[] payload)
    {
        try
        {
            sample.Read(Segments.OneByteEach(payload));
        }
        catch (ProtocolViolationException)
        {
            // The other allowed outcome.
        }
    }

    private static ProtocolError Violation(MessageSamples.Sample sample, byte[] payload) =>
        Assert.Throws<ProtocolViolationException>(() => sample.Read(new ReadOnlySequence<byte>(payload))).Error;

    private static void AssertMalformed(MessageSamples.Sample sample, ReadOnlySequence<byte> payload) =>
        Assert.Equal(ProtocolError.MalformedPayload, Assert.Throws<ProtocolViolationException>(() => sample.Read(payload)).Error);
}
