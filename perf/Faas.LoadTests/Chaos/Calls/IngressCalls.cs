using System.Net.Sockets;
using System.Text;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>Calls over the socket for local clients, whose input and output fit into one frame's window.</summary>
internal sealed class IngressCalls : ICallKind
{
    private const string Kind = "ingress";

    private const ulong Id = 1;

    public string Name => Kind;

    public int Callers => 1;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(60);

    public Task CallAsync(ChaosClient client, Random random)
    {
        var input = new byte[random.Next(random.Next(4) == 0 ? InvokeMessage.MaxInlineInputBytes : 1024)];
        random.NextBytes(input);
        return client.Judge.WatchAsync(Kind, client.Deadline, async leave =>
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(client.Server.IngressPath), leave);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Request(input), leave);
            return await ReadAsync(stream, input, leave);
        });
    }

    private static ReadOnlyMemory<byte> Request(byte[] input)
    {
        var frames = new FrameBuffer();
        IngressFrames.WriteHello(frames, StreamChunk.DefaultWindowBytes);
        IngressFrames.WriteInvoke(frames, Id, ChaosFunctions.Echo, [], input, FrameFlags.EndOfInput);
        return frames.WrittenMemory;
    }

    private static async Task<CallOutcome> ReadAsync(NetworkStream stream, byte[] expected, CancellationToken leave)
    {
        using var output = new MemoryStream();
        var head = new byte[FrameHeader.SizeBytes];
        while (true)
        {
            await stream.ReadExactlyAsync(head, leave);
            var header = FrameHeader.Read(head, out _);
            var payload = new byte[header.PayloadBytes];
            await stream.ReadExactlyAsync(payload, leave);
            switch (header.Type)
            {
                case FrameType.Output:
                    output.Write(payload);
                    break;
                case FrameType.Completed:
                    var end = CompletedMessage.Read(new(payload));
                    var words = Encoding.UTF8.GetString(end.Message).Split('\n', 2);
                    return end.Status != Faas.Protocol.Contracts.InvocationStatus.Ok ? new CallOutcome(words[0], Message: words.Length > 1 ? words[1] : "")
                        : ChaosClient.Differs(expected, output.ToArray()) is { } wrong ? CallOutcome.Wrong("ok", wrong)
                        : CallOutcome.Ok;
                case FrameType.Hello or FrameType.Window or FrameType.ErrorOutput:
                    break;
                default:
                    return CallOutcome.Wrong(header.Type.ToString(), "a frame that no client is sent");
            }
        }
    }
}
