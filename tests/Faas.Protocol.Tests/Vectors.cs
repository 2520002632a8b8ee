using System.Buffers;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Tests;

/// <summary>The frames of tests/vectors: hexadecimal bytes, <c>#</c> starts a comment.</summary>
internal static class Vectors
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "vectors");

    public static string[] Names { get; } =
        [.. Directory.GetFiles(Folder, "*.hex").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static string Document => File.ReadAllText(Path.Combine(Folder, "PROTOCOL.md"));

    public static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name + ".hex"));

    public static byte[] Bytes(string name) => Convert.FromHexString(string.Concat(
        Text(name).Split('\n').Select(line => line.Split('#')[0].Replace(" ", "", StringComparison.Ordinal).Trim())));

    /// <summary>The vector read as one frame with nothing behind it.</summary>
    public static Frame Frame(string name)
    {
        var buffer = new ReadOnlySequence<byte>(Bytes(name));
        Assert.True(FrameReader.TryRead(ref buffer, FrameHeader.MaxPayloadBytes, out var frame));
        Assert.True(buffer.IsEmpty);
        return frame;
    }
}
