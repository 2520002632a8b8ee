using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Faas.EndToEnd.Tests.Server;

/// <summary>A client of the ingress socket written from docs/PROTOCOL.md alone: bytes out, bytes in.</summary>
internal sealed class IngressClient : IDisposable
{
    public const byte Invoke = 4;
    public const byte Input = 5;
    public const byte Output = 6;
    public const byte ErrorOutput = 7;
    public const byte Completed = 8;
    public const byte Cancel = 9;
    public const byte Window = 10;

    private const int HeaderBytes = 16;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Connects and says hello.</summary>
    /// <param name="folder">The server's.</param>
    /// <param name="windowBytes">Of each output.</param>
    public static async Task<IngressClient> OpenAsync(TemporaryFolder folder, uint windowBytes = 262_144)
    {
        var client = await ConnectAsync(folder);
        await client.SendAsync(Hello(windowBytes));
        var answer = await client.ReadAsync();
        Assert.Equal((1, 10), (answer.Type, answer.Payload.Length));
        return client;
    }

    /// <summary>Connects only.</summary>
    public static async Task<IngressClient> ConnectAsync(TemporaryFolder folder)
    {
        var client = new IngressClient();
        await client._socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(folder.Run, "ingress.sock")));
        return client;
    }

    public static byte[] Hello(uint windowBytes)
    {
        var payload = new byte[10];
        Encoding.ASCII.GetBytes("MFAS", payload);
        payload[4] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(6), windowBytes);
        return Frame(1, 0, payload);
    }

    public static byte[] Frame(byte type, ulong id, ReadOnlySpan<byte> payload, bool isLastInput = false)
    {
        var frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)payload.Length);
        frame[4] = type;
        frame[5] = (byte)(isLastInput ? 1 : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(8), id);
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    /// <summary>An Invoke: handle 0, the function before its arguments.</summary>
    public static byte[] InvokeFrame(ulong id, string function, string input = "", bool isLastInput = true, params string[] arguments)
    {
        using var payload = new MemoryStream();
        payload.Write(new byte[8]);
        payload.Write([(byte)(arguments.Length + 1), 0, 0, 0]);
        foreach (var text in (string[])[function, .. arguments])
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            payload.Write(BitConverter.GetBytes(bytes.Length));
            payload.Write(bytes);
        }

        payload.Write(Encoding.UTF8.GetBytes(input));
        return Frame(Invoke, id, payload.ToArray(), isLastInput);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    /// <summary>The next frame; type 0 when the server has closed.</summary>
    public async Task<(byte Type, ulong Id, byte[] Payload)> ReadAsync()
    {
        var header = new byte[HeaderBytes];
        if (!await FillAsync(header))
        {
            return default;
        }

        var payload = new byte[BinaryPrimitives.ReadUInt32LittleEndian(header)];
        Assert.True(await FillAsync(payload));
        return (header[4], BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(8)), payload);
    }

    /// <summary>Reads frames of one invocation to its end.</summary>
    public async Task<(byte Status, string Output, string Errors, string Message)> ReadToEndAsync(ulong id)
    {
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        while (true)
        {
            var frame = await ReadAsync();
            Assert.Equal(id, frame.Id);
            switch (frame.Type)
            {
                case Output:
                    output.Append(Encoding.UTF8.GetString(frame.Payload));
                    break;
                case ErrorOutput:
                    errors.Append(Encoding.UTF8.GetString(frame.Payload));
                    break;
                case Completed:
                    return (frame.Payload[0], output.ToString(), errors.ToString(), Encoding.UTF8.GetString(frame.Payload.AsSpan(40)));
                default:
                    Assert.Equal(Window, frame.Type);
                    break;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> FillAsync(Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count;
            try
            {
                count = await Patience.ForAsync(_socket.ReceiveAsync(buffer).AsTask(), "bytes from the ingress socket");
            }
            catch (SocketException)
            {
                count = 0; // closed with bytes of ours unread
            }

            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }
}
