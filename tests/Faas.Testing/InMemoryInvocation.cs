using System.Diagnostics;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Runtimes;

namespace Faas.Testing;

/// <summary>
/// An invocation whose input and output are byte arrays. Reusable: <see cref="Rewind"/> starts it over without
/// allocating, which is what benchmarks and stability tests want.
/// </summary>
public sealed class InMemoryInvocation : InvocationContext
{
    private readonly byte[][] _arguments;
    private readonly byte[][] _environment;
    private readonly Lock _lock = new();
    private byte[] _output = new byte[256];
    private byte[] _error = new byte[256];
    private int _inputOffset;
    private int _outputLength;
    private int _errorLength;
    private volatile bool _cancelled;
    private bool _outputLimitReached;
    private Action<object?>? _interrupt;
    private object? _interruptState;

    /// <param name="input">What the guest reads, then the end of the input.</param>
    /// <param name="arguments">After the program's name.</param>
    /// <param name="environment">As <c>KEY=VALUE</c>.</param>
    /// <param name="limits">Null means <see cref="InvocationLimits.Default"/>.</param>
    public InMemoryInvocation(
        byte[]? input = null, string[]? arguments = null, string[]? environment = null, InvocationLimits? limits = null)
    {
        Input = input ?? [];
        _arguments = [.. (arguments ?? []).Select(Encoding.UTF8.GetBytes)];
        _environment = [.. (environment ?? []).Select(Encoding.UTF8.GetBytes)];
        Limits = limits ?? InvocationLimits.Default;
        Rewind();
    }

    /// <summary>What the guest reads.</summary>
    public byte[] Input { get; }

    /// <summary>Called on the slot's thread after every successful write to standard output, outside any lock.</summary>
    public Action? OnOutput { get; init; }

    /// <summary>What the guest wrote to standard output.</summary>
    public ReadOnlySpan<byte> Output => _output.AsSpan(0, _outputLength);

    /// <summary>What the guest wrote to standard error.</summary>
    public ReadOnlySpan<byte> Error => _error.AsSpan(0, _errorLength);

    /// <summary><see cref="Output"/> as text.</summary>
    public string OutputText => Encoding.UTF8.GetString(Output);

    /// <summary><see cref="Error"/> as text.</summary>
    public string ErrorText => Encoding.UTF8.GetString(Error);

    /// <inheritdoc/>
    public override InvocationId Id { get; } = new(1);

    /// <inheritdoc/>
    public override InvocationLimits Limits { get; }

    /// <inheritdoc/>
    public override long Deadline => DeadlineTimestamp;

    /// <summary>What <see cref="Deadline"/> answers; set by <see cref="Rewind"/>.</summary>
    public long DeadlineTimestamp { get; set; }

    /// <inheritdoc/>
    public override bool IsCancelled => _cancelled;

    /// <inheritdoc/>
    public override int ArgumentCount => _arguments.Length;

    /// <inheritdoc/>
    public override int EnvironmentCount => _environment.Length;

    /// <inheritdoc/>
    public override int AvailableInput => Input.Length > _inputOffset ? Input.Length - _inputOffset : -1;

    /// <inheritdoc/>
    public override bool OutputLimitReached => _outputLimitReached;

    private bool MustEnd => _cancelled || Stopwatch.GetTimestamp() >= DeadlineTimestamp;

    /// <summary>Back to the start, with a new deadline.</summary>
    public void Rewind()
    {
        _inputOffset = 0;
        _outputLength = 0;
        _errorLength = 0;
        _outputLimitReached = false;
        _cancelled = false;
        _interrupt = null;
        DeadlineTimestamp = Stopwatch.GetTimestamp() + (long)(Limits.Timeout.TotalSeconds * Stopwatch.Frequency);
    }

    /// <summary>The caller goes away. Any thread.</summary>
    public void Cancel()
    {
        Action<object?>? interrupt;
        lock (_lock)
        {
            _cancelled = true;
            interrupt = _interrupt;
            _interrupt = null;
        }

        interrupt?.Invoke(_interruptState);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetArgument(int index) => _arguments[index];

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetEnvironment(int index) => _environment[index];

    /// <inheritdoc/>
    public override int ReadInput(Span<byte> destination)
    {
        if (MustEnd)
        {
            return 0;
        }

        var count = int.Min(destination.Length, Input.Length - _inputOffset);
        Input.AsSpan(_inputOffset, count).CopyTo(destination);
        _inputOffset += count;
        return count;
    }

    /// <inheritdoc/>
    public override bool WriteOutput(ReadOnlySpan<byte> source)
    {
        if (MustEnd)
        {
            return false;
        }

        var room = Limits.OutputBytes - _outputLength;
        if (source.Length > room)
        {
            Append(ref _output, ref _outputLength, source[..(int)room]);
            _outputLimitReached = true;
            return false;
        }

        Append(ref _output, ref _outputLength, source);
        OnOutput?.Invoke();
        return true;
    }

    /// <inheritdoc/>
    public override bool WriteError(ReadOnlySpan<byte> source)
    {
        if (MustEnd)
        {
            return false;
        }

        Append(ref _error, ref _errorLength, source[..(int)long.Min(source.Length, Limits.OutputBytes - _errorLength)]);
        return true;
    }

    /// <inheritdoc/>
    public override void OnInterrupt(Action<object?> interrupt, object? state)
    {
        ArgumentNullException.ThrowIfNull(interrupt);
        lock (_lock)
        {
            if (!_cancelled)
            {
                _interrupt = interrupt;
                _interruptState = state;
                return;
            }
        }

        interrupt(state);
    }

    private static void Append(ref byte[] buffer, ref int length, ReadOnlySpan<byte> source)
    {
        if (buffer.Length - length < source.Length)
        {
            Array.Resize(ref buffer, int.Max(buffer.Length * 2, length + source.Length));
        }

        source.CopyTo(buffer.AsSpan(length));
        length += source.Length;
    }
}
