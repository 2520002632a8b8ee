namespace Faas.Supervisor.Recording.Traces;

/// <summary>The numbers of the trace file (docs/STRATEGY_LAB.md, "The file"): little-endian, never changed within a version.</summary>
internal static class TraceFormat
{
    /// <summary>"MFLT" read as a little-endian number.</summary>
    public const uint Magic = 0x544C_464D;

    public const ushort Version = 1;

    /// <summary>Magic, version, zero, length of the header that follows.</summary>
    public const int PreambleBytes = 12;

    /// <summary>Kind, three zero bytes, length of the payload.</summary>
    public const int BlockHeadBytes = 8;

    public const byte FunctionBlock = 1;
    public const byte InvocationBlock = 2;
    public const byte EndBlock = 3;

    /// <summary>One invocation.</summary>
    public const int InvocationBytes = 48;

    /// <summary>recorded, dropped, nanoseconds.</summary>
    public const int EndBytes = 24;

    /// <summary>Worker of an invocation that none had.</summary>
    public const ushort NoWorker = ushort.MaxValue;

    /// <summary>Status of an invocation that was refused before any worker had it; the others are those of Completed.</summary>
    public const byte Refused = byte.MaxValue;
}
