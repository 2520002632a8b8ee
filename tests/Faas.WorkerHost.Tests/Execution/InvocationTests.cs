using System.Buffers;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.WorkerHost.Execution;

namespace Faas.WorkerHost.Tests.Execution;

public sealed class InvocationTests : IInvocationOutput
{
    private readonly FunctionEntry _function = new(SessionFixture.Message(1), new ScriptedBackend());
    private readonly List<uint> _grants = [];

    [Fact]
    public void CheckDeadline_ItHasEnded_TheNextOneIsNotTouched()
    {
        var invocation = Begin(1);
        invocation.Start(0);
        invocation.End();
        invocation.CheckDeadline(long.MaxValue - 1);
        Again(invocation, 2);

        Assert.True(invocation.WriteOutput("x"u8));
        invocation.CheckDeadline(long.MaxValue - 1);
        Assert.True(invocation.WriteOutput("x"u8));
    }

    [Fact]
    public void Interrupt_ItHasEnded_TheNextOnesIsNotCalled()
    {
        var invocation = Begin(1);
        invocation.End();
        Again(invocation, 2);
        var called = 0;
        invocation.OnInterrupt(_ => called++, null);
        invocation.Cancel(1);
        invocation.CheckDeadline(long.MaxValue - 1);
        Assert.Equal(0, called);

        invocation.Cancel(2);
        invocation.Cancel(2);
        Assert.Equal(1, called);
    }

    [Fact]
    public void OnInterrupt_ItMustEndAlready_IsCalledAtOnce()
    {
        var invocation = Begin(1);
        invocation.Cancel(1);
        var called = 0;
        invocation.OnInterrupt(_ => called++, null);

        Assert.Equal(1, called);
    }

    [Fact]
    public void ReadInput_WindowOfOneByte_GrantsAreNeverNothing()
    {
        var invocation = Begin(1, windowBytes: 1, input: "a"u8.ToArray(), flags: FrameFlags.None);
        var buffer = new byte[10];
        Assert.Equal(1, invocation.ReadInput(buffer));
        invocation.Cancel(1);
        Assert.Equal(0, invocation.ReadInput(buffer));

        Assert.Equal([1u], _grants);
    }

    [Fact]
    public void WriteError_OverTheLimit_IsDroppedAndTheGuestGoesOn()
    {
        var invocation = Begin(1);
        Assert.True(invocation.WriteError(new byte[(8 << 20) + 5]));
        Assert.True(invocation.WriteError("more"u8));
        Assert.False(invocation.OutputLimitReached);
    }

    void IInvocationOutput.Send(Invocation invocation, FrameType type, ReadOnlySpan<byte> bytes) =>
        Assert.InRange(bytes.Length, 1, StreamChunk.MaxBytes);

    void IInvocationOutput.GrantInput(Invocation invocation, uint bytes) => _grants.Add(bytes);

    void IInvocationOutput.BeforeBlocking(Invocation invocation)
    {
    }

    private Invocation Begin(ulong id, int windowBytes = 1000, byte[]? input = null, FrameFlags flags = FrameFlags.EndOfInput)
    {
        var invocation = new Invocation(this);
        Again(invocation, id, windowBytes, input, flags);
        return invocation;
    }

    private void Again(Invocation invocation, ulong id, int windowBytes = 1000, byte[]? input = null, FrameFlags flags = FrameFlags.EndOfInput) =>
        invocation.Begin(id, _function, new InvokeMessage(1, 0, 0, 0, default, new ReadOnlySequence<byte>(input ?? [])), flags, windowBytes);
}
