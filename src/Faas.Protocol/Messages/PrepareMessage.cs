using System.Buffers;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>A function that the worker may be asked to run. Sent once a session, before its first Invoke.</summary>
/// <param name="Handle">Number that Invoke frames use for it; not 0, never reused in the life of a supervisor.</param>
/// <param name="Kind">Which family of runtimes.</param>
/// <param name="Limits">Its limits.</param>
/// <param name="FunctionId">Deployed id.</param>
/// <param name="Path">Absolute path of the artifact, already verified by the supervisor.</param>
/// <param name="Environment"><c>KEY=VALUE</c> entries that every invocation sees.</param>
/// <param name="Options">Options that only some backends read.</param>
public sealed record PrepareMessage(
    uint Handle,
    ModuleKind Kind,
    InvocationLimits Limits,
    string FunctionId,
    string Path,
    IReadOnlyList<string> Environment,
    IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Stages the frame.</summary>
    /// <exception cref="OverflowException">More than 65,535 entries or options; nothing is staged.</exception>
    public void Write(FrameBuffer buffer)
    {
        var (entries, options) = (checked((ushort)Environment.Count), checked((ushort)Options.Count));
        buffer.BeginFrame(FrameType.Prepare, FrameFlags.None, 0);
        buffer.WriteUInt32(Handle);
        buffer.WriteByte((byte)Kind);
        buffer.WriteUInt32((uint)Limits.Timeout.TotalMilliseconds);
        buffer.WriteUInt64((ulong)Limits.MemoryBytes);
        buffer.WriteUInt64((ulong)Limits.OutputBytes);
        buffer.WriteString(FunctionId);
        buffer.WriteString(Path);
        buffer.WriteUInt16(entries);
        foreach (var entry in Environment)
        {
            buffer.WriteString(entry);
        }

        buffer.WriteUInt16(options);
        foreach (var (key, value) in Options)
        {
            buffer.WriteString(key);
            buffer.WriteString(value);
        }

        buffer.EndFrame();
    }

    /// <summary>Reads the payload.</summary>
    /// <exception cref="ProtocolViolationException">The payload does not have this layout.</exception>
    public static PrepareMessage Read(ReadOnlySequence<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var handle = reader.ReadUInt32();
        var kind = (ModuleKind)reader.ReadByte();
        if (handle == 0 || kind > ModuleKind.Php)
        {
            ProtocolViolationException.Throw(ProtocolError.MalformedPayload, $"handle {handle}, kind {(byte)kind}");
        }

        var limits = new InvocationLimits(
            TimeSpan.FromMilliseconds(reader.ReadUInt32()),
            (long)Math.Min(reader.ReadUInt64(), long.MaxValue),
            (long)Math.Min(reader.ReadUInt64(), long.MaxValue));
        var functionId = reader.ReadString();
        var path = reader.ReadString();
        var environment = new string[reader.ReadUInt16()];
        for (var i = 0; i < environment.Length; i++)
        {
            environment[i] = reader.ReadString();
        }

        var optionCount = reader.ReadUInt16();
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < optionCount; i++)
        {
            options[reader.ReadString()] = reader.ReadString();
        }

        reader.End();
        return new PrepareMessage(handle, kind, limits, functionId, path, environment, options);
    }
}
