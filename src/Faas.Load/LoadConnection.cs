using System.Net;
using System.Net.Sockets;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;

namespace Faas.Load;

/// <summary>One kept-alive connection with at most one request in flight. Used by one thread.</summary>
internal sealed class LoadConnection(int index) : IDisposable
{
    private const int BufferBytes = 16 * 1024; // a response head must fit; a body passes through

    private readonly byte[] _buffer = new byte[BufferBytes];
    private IResponseParser _parser = new HttpResponseParser();
    private int _filled;
    private ReadOnlyMemory<byte> _unsent;

    /// <summary>The connection's number in its load thread.</summary>
    public int Index => index;

    public Socket? Socket { get; private set; }

    public bool IsBusy { get; private set; }

    /// <summary>Bytes of the request wait for room in the socket.</summary>
    public bool HasUnsent => !_unsent.IsEmpty;

    /// <summary>Whether epoll watches for that room.</summary>
    public bool WatchesWrite { get; set; }

    /// <summary>The instant the latency counts from: of the sending, or the intended one. Stopwatch ticks.</summary>
    public long StartTicks { get; private set; }

    /// <summary>The instant of the sending itself, for the response timeout.</summary>
    public long SentTicks { get; private set; }

    /// <summary>Whether the request in flight belongs to the measured part.</summary>
    public bool IsMeasured { get; private set; }

    public int Status => _parser.Status;

    public bool KeepAlive => _parser.KeepAlive;

    public string ErrorCode() => _parser.ErrorCode();

    /// <summary>Opens the socket, blocking; afterwards it never blocks. Throws <see cref="SocketException"/>.</summary>
    public void Connect(EndPoint server)
    {
        Close();
        var isIngress = server is UnixDomainSocketEndPoint;
        var socket = isIngress
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(server);
            if (isIngress)
            {
                Greet(socket);
                _parser = new IngressResponseParser();
            }

            socket.Blocking = false;
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        Socket = socket;
    }

    // The window is as large as can be: a load reads as fast as it is written to, and grants nothing.
    private static void Greet(Socket socket)
    {
        var hello = new FrameBuffer();
        IngressFrames.WriteHello(hello, int.MaxValue);
        socket.Send(hello.WrittenMemory.Span);
        var answer = new byte[hello.Length];
        for (var read = 0; read < answer.Length;)
        {
            var count = socket.Receive(answer.AsSpan(read));
            read += count > 0 ? count : throw new SocketException((int)SocketError.ConnectionReset);
        }
    }

    /// <summary>Sends what the socket takes; the rest goes with <see cref="SendRest"/>. False = the connection is lost.</summary>
    public bool Start(ReadOnlyMemory<byte> request, long startTicks, long nowTicks, bool measured)
    {
        IsBusy = true;
        IsMeasured = measured;
        StartTicks = startTicks;
        SentTicks = nowTicks;
        _unsent = request;
        return SendRest();
    }

    public bool SendRest()
    {
        while (!_unsent.IsEmpty)
        {
            var sent = Socket!.Send(_unsent.Span, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return true;
            }

            if (error != SocketError.Success)
            {
                return false;
            }

            _unsent = _unsent[sent..];
        }

        return true;
    }

    /// <summary>Reads once. The bytes read are added to <paramref name="received"/>.</summary>
    public ReceiveOutcome Receive(ref long received)
    {
        var read = Socket!.Receive(_buffer.AsSpan(_filled), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return ReceiveOutcome.Pending;
        }

        if (error != SocketError.Success)
        {
            return ReceiveOutcome.Lost;
        }

        if (read == 0)
        {
            return IsBusy && _parser.EndsWithConnection ? ReceiveOutcome.Answered : ReceiveOutcome.Lost;
        }

        received += read;
        if (!IsBusy)
        {
            return ReceiveOutcome.Malformed; // an answer nobody asked for
        }

        _filled += read;
        var outcome = _parser.Parse(_buffer.AsSpan(0, _filled), out var consumed);
        _filled -= consumed;
        if (_filled > 0)
        {
            _buffer.AsSpan(consumed, _filled).CopyTo(_buffer);
        }

        return outcome switch
        {
            HttpParseOutcome.Complete => _filled == 0 ? ReceiveOutcome.Answered : ReceiveOutcome.Malformed,
            HttpParseOutcome.NeedsMore when _filled < BufferBytes => ReceiveOutcome.Pending,
            _ => ReceiveOutcome.Malformed,
        };
    }

    /// <summary>The request in flight has ended, one way or the other.</summary>
    public void Finish()
    {
        IsBusy = false;
        _unsent = default;
    }

    public void Close()
    {
        Socket?.Dispose();
        Socket = null;
        WatchesWrite = false;
        _filled = 0;
        _parser.Reset();
    }

    public void Dispose() => Close();
}
