using System.Globalization;

namespace Faas.Protocol.Contracts;

/// <summary>
/// Names one invocation on one session and in its receipt. The value is the correlation id of the frame header;
/// 0 belongs to the session itself and never to an invocation.
/// </summary>
/// <param name="Value">1 to 2^64 − 1.</param>
public readonly record struct InvocationId(ulong Value)
{
    /// <summary>Sixteen lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
