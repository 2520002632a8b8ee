using System.Buffers;
using System.Diagnostics;
using System.Text;
using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Tests.Wasi;

/// <summary>An invocation in memory: what it is given is read, what it is sent is kept.</summary>
internal sealed class StubInvocation : InvocationContext
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ArrayBufferWriter<byte> _error = new();
    private int _inputPosition;

    public byte[] Input { get; set; } = [];

    public string[] Arguments { get; init; } = [];

    public string[] Environment { get; init; } = [];

    public long OutputLimit { get; init; } = 1 << 20;

    /// <summary>False: output is counted as taken and dropped.</summary>
    public bool KeepOutput { get; init; } = true;

    public bool Cancelled { get; set; }

    /// <summary>Called whenever the guest's host looks whether it is cancelled.</summary>
    public Action? OnLook { get; set; }

    /// <summary>False: more input may come, so an empty input is not at its end.</summary>
    public bool InputEnded { get; set; } = true;

    public long DeadlineTimestamp { get; set; } = long.MaxValue;

    public byte[] Output => _output.WrittenSpan.ToArray();

    public byte[] Error => _error.WrittenSpan.ToArray();

    public override InvocationId Id => new(1);

    public override InvocationLimits Limits => InvocationLimits.Default;

    public override long Deadline => DeadlineTimestamp;

    public override bool IsCancelled
    {
        get
        {
            OnLook?.Invoke();
            return Cancelled;
        }
    }

    public override int ArgumentCount => Arguments.Length;

    public override ReadOnlySpan<byte> GetArgument(int index) => Encoding.UTF8.GetBytes(Arguments[index]);

    public override int EnvironmentCount => Environment.Length;

    public override ReadOnlySpan<byte> GetEnvironment(int index) => Encoding.UTF8.GetBytes(Environment[index]);

    public override int ReadInput(Span<byte> destination)
    {
        var count = Math.Min(destination.Length, Input.Length - _inputPosition);
        Input.AsSpan(_inputPosition, count).CopyTo(destination);
        _inputPosition += count;
        return count;
    }

    public override int AvailableInput =>
        _inputPosition < Input.Length ? Input.Length - _inputPosition : InputEnded ? -1 : 0;

    public override bool WriteOutput(ReadOnlySpan<byte> source)
    {
        if (!KeepOutput)
        {
            return true;
        }

        if (_output.WrittenCount + source.Length > OutputLimit)
        {
            OutputLimitHit = true;
            return false;
        }

        _output.Write(source);
        return !Cancelled;
    }

    public override bool WriteError(ReadOnlySpan<byte> source)
    {
        _error.Write(source[..(int)Math.Min(source.Length, OutputLimit - _error.WrittenCount)]);
        return !Cancelled;
    }

    public bool OutputLimitHit { get; private set; }

    public override bool OutputLimitReached => OutputLimitHit;

    public override void OnInterrupt(Action<object?> interrupt, object? state) => throw new UnreachableException();
}
