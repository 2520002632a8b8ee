using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.Lanes;

/// <summary>
/// One call on a lane, on the slot's thread. The frames are described at the head of <c>Python/zygote.py</c>:
/// u32 payload length | u8 type | payload.
/// </summary>
internal unsafe ref struct LaneCall
{
    private const int FrameHeaderBytes = 5;
    private const int AnswerBytes = 6;

    /// <summary>Input is sent and output read in pieces of this size: a Unix socket's default buffer holds three of them.</summary>
    private const int PieceBytes = 64 * 1024;

    private const int MinInputPollMilliseconds = 1;
    private const int MaxInputPollMilliseconds = 16;

    private readonly InvocationContext _invocation;
    private readonly int _socket;
    private readonly ErrorTail _errorTail;
    private readonly ArrayBufferWriter<byte> _outgoing;
    private int _sent;
    private bool _isUp;
    private bool _inputEnded;
    private int _frameLeft;
    private byte _frameType;
    private int _partial;
    private fixed byte _head[FrameHeaderBytes + AnswerBytes];

    private LaneCall(GuestLane lane, InvocationContext invocation, ErrorTail errorTail)
    {
        _invocation = invocation;
        _socket = lane.Socket.Value;
        _errorTail = errorTail;
        _isUp = !lane.IsStarting;
        _outgoing = t_outgoing ??= new ArrayBufferWriter<byte>(4096);
        _outgoing.ResetWrittenCount();
    }

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_outgoing;

    [ThreadStatic]
    private static Utf8JsonWriter? t_json;

    /// <summary>Waits for the 'N' frame of a guest that is cleaning up. False when it has ended instead.</summary>
    internal static bool WaitUntilReady(GuestLane lane, int milliseconds)
    {
        var frame = stackalloc byte[FrameHeaderBytes];
        var poll = new LibcNativeMethods.PollFd { Fd = lane.Socket.Value, Events = LibcNativeMethods.POLLIN };
        return LibcNativeMethods.poll(&poll, 1, milliseconds) == 1
            && LibcNativeMethods.recv(lane.Socket.Value, frame, FrameHeaderBytes, LibcNativeMethods.MSG_DONTWAIT) == FrameHeaderBytes
            && frame[4] == (byte)'N';
    }

    internal static LaneAnswer Run(GuestLane lane, FunctionSource source, InvocationContext invocation, ErrorTail errorTail)
    {
        var call = new LaneCall(lane, invocation, errorTail);
        call.StageInvoke(source);
        lane.Calls++;
        var answer = call.Exchange();
        lane.IsStarting = !call._isUp;
        lane.LastUsed = Stopwatch.GetTimestamp();
        return answer;
    }

    private LaneAnswer Exchange()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        var inputPoll = MinInputPollMilliseconds;
        try
        {
            while (true)
            {
                var waitsForInput = false;
                if (_isUp && !_inputEnded && _sent == _outgoing.WrittenCount)
                {
                    _outgoing.ResetWrittenCount();
                    _sent = 0;
                    waitsForInput = !StageInput();
                    inputPoll = waitsForInput ? inputPoll : MinInputPollMilliseconds;
                }

                if (_isUp && _sent < _outgoing.WrittenCount && !SendSome())
                {
                    return Gone();
                }

                var wantsToSend = _isUp && _sent < _outgoing.WrittenCount;
                if (_isUp && !wantsToSend && !_inputEnded && !waitsForInput)
                {
                    continue;
                }

                var poll = new LibcNativeMethods.PollFd
                {
                    Fd = _socket,
                    Events = (short)(LibcNativeMethods.POLLIN | (wantsToSend ? LibcNativeMethods.POLLOUT : 0)),
                };
                var timeout = StreamPump.RemainingMilliseconds(_invocation.Deadline);
                if (waitsForInput)
                {
                    timeout = Math.Min(timeout, inputPoll);
                    inputPoll = Math.Min(inputPoll * 2, MaxInputPollMilliseconds);
                }

                _ = LibcNativeMethods.poll(&poll, 1, timeout);
                if ((poll.Revents & ~LibcNativeMethods.POLLOUT) != 0)
                {
                    int count;
                    fixed (byte* p = buffer)
                    {
                        count = (int)LibcNativeMethods.recv(_socket, p, PieceBytes, LibcNativeMethods.MSG_DONTWAIT);
                    }

                    if (count == 0 || (count < 0 && Marshal.GetLastPInvokeError() is not (LibcNativeMethods.EAGAIN or LibcNativeMethods.EINTR)))
                    {
                        return Gone();
                    }

                    if (count > 0 && Receive(buffer.AsSpan(0, count)) is { } answer)
                    {
                        return answer;
                    }
                }

                if (_invocation.IsCancelled || Stopwatch.GetTimestamp() >= _invocation.Deadline)
                {
                    return new LaneAnswer(LaneEnd.MustEnd);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The socket's end: ours, after an interrupt, or the guest's.</summary>
    private readonly LaneAnswer Gone() =>
        new(_invocation.IsCancelled || Stopwatch.GetTimestamp() >= _invocation.Deadline ? LaneEnd.MustEnd : LaneEnd.Gone);

    /// <summary>'I': u32 header length | header | what input there is.</summary>
    private void StageInvoke(FunctionSource source)
    {
        _ = _outgoing.GetSpan(FrameHeaderBytes + 4);
        _outgoing.Advance(FrameHeaderBytes + 4);
        var json = t_json ??= new Utf8JsonWriter(_outgoing);
        json.Reset(_outgoing);
        json.WriteStartObject();
        json.WriteString("function"u8, source.FunctionId);
        json.WriteString("id"u8, _invocation.Id.ToString());
        json.WriteNumber("deadlineMs"u8, StreamPump.RemainingMilliseconds(_invocation.Deadline));
        InvocationJson.WriteArguments(json, _invocation);
        InvocationJson.WriteEnvironment(json, _invocation);
        json.WriteEndObject();
        json.Flush();
        var headerBytes = _outgoing.WrittenCount - FrameHeaderBytes - 4;
        if (_invocation.AvailableInput > 0)
        {
            var count = _invocation.ReadInput(_outgoing.GetSpan(PieceBytes)[..PieceBytes]);
            _outgoing.Advance(count);
        }

        var all = MemoryMarshal.AsMemory(_outgoing.WrittenMemory).Span;
        BinaryPrimitives.WriteInt32LittleEndian(all, all.Length - FrameHeaderBytes);
        all[4] = (byte)'I';
        BinaryPrimitives.WriteInt32LittleEndian(all[FrameHeaderBytes..], headerBytes);
        StageEndOfInput();
    }

    /// <summary>'D' with the next piece of input, or 'E'. False when there is nothing yet.</summary>
    private bool StageInput()
    {
        if (StageEndOfInput())
        {
            return true;
        }

        if (_invocation.AvailableInput == 0)
        {
            return false;
        }

        var frame = _outgoing.GetSpan(FrameHeaderBytes + PieceBytes);
        var count = _invocation.ReadInput(frame.Slice(FrameHeaderBytes, PieceBytes));
        BinaryPrimitives.WriteInt32LittleEndian(frame, count);
        frame[4] = (byte)'D';
        _outgoing.Advance(FrameHeaderBytes + count);
        StageEndOfInput();
        return true;
    }

    private bool StageEndOfInput()
    {
        if (!_inputEnded && _invocation.AvailableInput < 0)
        {
            _outgoing.Write<byte>([0, 0, 0, 0, (byte)'E']);
            _inputEnded = true;
        }

        return _inputEnded;
    }

    /// <summary>Sends what the socket takes. False when the guest is gone.</summary>
    private bool SendSome()
    {
        var bytes = _outgoing.WrittenSpan[_sent..];
        fixed (byte* p = bytes)
        {
            var count = LibcNativeMethods.send(
                _socket, p, (nuint)bytes.Length, LibcNativeMethods.MSG_DONTWAIT | LibcNativeMethods.MSG_NOSIGNAL);
            if (count < 0)
            {
                return Marshal.GetLastPInvokeError() is LibcNativeMethods.EAGAIN or LibcNativeMethods.EINTR;
            }

            _sent += (int)count;
            return true;
        }
    }

    /// <summary>Passes output on as it comes, whatever the frames' sizes. Not null at the end of the call.</summary>
    private LaneAnswer? Receive(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_frameLeft > 0)
            {
                var part = bytes[..Math.Min(bytes.Length, _frameLeft)];
                bytes = bytes[part.Length..];
                _frameLeft -= part.Length;
                if (_frameType == 'O')
                {
                    if (!_invocation.WriteOutput(part))
                    {
                        return new LaneAnswer(LaneEnd.MustEnd);
                    }
                }
                else
                {
                    _errorTail.Append(part);
                    if (!_invocation.WriteError(part))
                    {
                        return new LaneAnswer(LaneEnd.MustEnd);
                    }
                }

                continue;
            }

            _head[_partial++] = bytes[0];
            bytes = bytes[1..];
            if (_partial < FrameHeaderBytes)
            {
                continue;
            }

            fixed (byte* head = _head)
            {
                var length = *(uint*)head;
                _frameType = head[4];
                if (_frameType is (byte)'O' or (byte)'R')
                {
                    if (length > int.MaxValue)
                    {
                        return new LaneAnswer(LaneEnd.MustEnd);
                    }

                    _frameLeft = (int)length;
                    _partial = 0;
                }
                else if (!_isUp && _frameType == (byte)'N' && length == 0)
                {
                    _isUp = true;
                    _partial = 0;
                }
                else if (_frameType != (byte)'X' || length != AnswerBytes)
                {
                    return new LaneAnswer(LaneEnd.MustEnd); // a guest that writes to its driver's socket
                }
                else if (_partial == FrameHeaderBytes + AnswerBytes)
                {
                    // The 'N' of a guest that was quicker than this thread came with its answer.
                    var isReady = bytes.Length == FrameHeaderBytes && bytes[4] == (byte)'N';
                    return new LaneAnswer(
                        LaneEnd.Answered, *(int*)(head + 5), head[9] != 0, isReady ? LaneNext.Ready : (LaneNext)head[10]);
                }
            }
        }

        return null;
    }
}
