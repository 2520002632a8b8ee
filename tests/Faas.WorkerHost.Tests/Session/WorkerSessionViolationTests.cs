using Faas.Protocol.Framing;
using Faas.Protocol.Messages;

namespace Faas.WorkerHost.Tests.Session;

/// <summary>What breaks the protocol ends the session, and only that.</summary>
public sealed class WorkerSessionViolationTests
{
    [Theory]
    [InlineData("ffffffff 04 00 0000 0100000000000000", ProtocolError.FrameTooLong)]
    [InlineData("00000000 0e 00 0000 0000000000000000", ProtocolError.UnknownType)]
    [InlineData("00000000 0d 01 0000 0000000000000000", ProtocolError.ReservedBits)]
    [InlineData("00000000 0d 00 0100 0000000000000000", ProtocolError.ReservedBits)]
    [InlineData("00000000 0d 00 0000 0100000000000000", ProtocolError.WrongScope)]
    [InlineData("01000000 0d 00 0000 0000000000000000 00", ProtocolError.MalformedPayload)]
    [InlineData("03000000 02 00 0000 0000000000000000 000000", ProtocolError.MalformedPayload)]
    [InlineData("0c000000 04 01 0000 0100000000000000 010000000000000001000000", ProtocolError.MalformedPayload)]
    [InlineData("00000000 01 00 0000 0000000000000000", ProtocolError.UnexpectedFrame)]
    [InlineData("00000000 06 00 0000 0100000000000000", ProtocolError.UnexpectedFrame)]
    [InlineData("00000000 08 00 0000 0100000000000000", ProtocolError.UnexpectedFrame)]
    [InlineData("00000000 0c 00 0000 0000000000000000", ProtocolError.UnexpectedFrame)]
    public async Task Read_BytesThatMayNotCome_EndTheSession(string hex, ProtocolError error)
    {
        await using var worker = new SessionFixture();
        await worker.SendRaw(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

        Assert.Equal(error, await worker.EndOfSession());
    }

    [Fact]
    public async Task Read_TheStreamEndsInsideAFrame_TruncatedFrame()
    {
        await using var worker = new SessionFixture();
        await worker.SendRaw([8, 0, 0, 0, 11]);
        worker.Close();

        Assert.Equal(ProtocolError.TruncatedFrame, await worker.EndOfSession());
    }

    [Fact]
    public async Task Prepare_HandleIsKnown_UnexpectedFrame()
    {
        await using var worker = new SessionFixture();
        var handle = worker.Prepare(Guests.Echo);
        worker.Send(buffer => SessionFixture.Message(handle).Write(buffer));

        Assert.Equal(ProtocolError.UnexpectedFrame, await worker.EndOfSession());
    }

    [Fact]
    public async Task Invoke_IdIsUnderWay_UnexpectedFrame()
    {
        await using var worker = new SessionFixture();
        var echo = worker.Prepare(Guests.Echo);
        worker.Invoke(1, echo, "a"u8, FrameFlags.None);
        worker.Invoke(1, echo);

        Assert.Equal(ProtocolError.UnexpectedFrame, await worker.EndOfSession());
    }

    [Fact]
    public async Task Input_MoreThanTheWindow_WindowExceeded()
    {
        await using var worker = new SessionFixture();
        worker.Invoke(1, worker.Prepare(Guests.Block), "a"u8, FrameFlags.None);
        worker.Input(1, new byte[SessionFixture.WindowBytes + 1]);

        Assert.Equal(ProtocolError.WindowExceeded, await worker.EndOfSession());
    }

    [Fact]
    public async Task Input_AfterTheEndOfInput_UnexpectedFrame()
    {
        await using var worker = new SessionFixture();
        worker.Invoke(1, worker.Prepare(Guests.Block));
        worker.Input(1, "b"u8.ToArray());

        Assert.Equal(ProtocolError.UnexpectedFrame, await worker.EndOfSession());
    }

    [Fact]
    public async Task Window_OfNothingForARunningInvocation_MalformedPayload()
    {
        await using var worker = new SessionFixture();
        worker.Invoke(1, worker.Prepare(Guests.Echo), "a"u8, FrameFlags.None);
        worker.Send(buffer => new WindowMessage(0).Write(buffer, 1));

        Assert.Equal(ProtocolError.MalformedPayload, await worker.EndOfSession());
    }
}
