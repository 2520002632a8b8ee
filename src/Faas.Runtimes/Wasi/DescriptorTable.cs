using System.Diagnostics.CodeAnalysis;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// Descriptors by number: 0 to 2 standard streams, 3 the pre-opened directory, the rest what the guest opened.
/// The lowest free number is given out, as C programs expect. Reused from one invocation to the next.
/// </summary>
internal sealed class DescriptorTable
{
    /// <summary>Most descriptors at one time; the soft limit that Linux gives a process by default.</summary>
    public const int MaxDescriptors = 1024;

    /// <summary>Number of the pre-opened directory: C libraries search for it from here.</summary>
    public const int Root = 3;

    private readonly FileDescriptor _input = new(DescriptorKind.StandardInput);
    private readonly FileDescriptor _output = new(DescriptorKind.StandardOutput);
    private readonly FileDescriptor _error = new(DescriptorKind.StandardError);
    private readonly FileDescriptor _root = new(DescriptorKind.Directory) { IsPreopened = true };
    private FileDescriptor?[] _open = new FileDescriptor?[8];
    private int _highest = -1;

    public void Reset()
    {
        Clear();
        _input.Reset(Rights.StandardInput, Rights.None);
        _output.Reset(Rights.StandardOutput, Rights.None);
        _error.Reset(Rights.StandardOutput, Rights.None);
        _root.Reset(Rights.Directory, Rights.Inheritable);
        _open[0] = _input;
        _open[1] = _output;
        _open[2] = _error;
        _open[Root] = _root;
        _highest = Root;
    }

    /// <summary>Forgets every descriptor.</summary>
    public void Clear()
    {
        _open.AsSpan(0, _highest + 1).Clear();
        _highest = -1;
    }

    public bool TryGet(uint number, [NotNullWhen(true)] out FileDescriptor? descriptor)
    {
        descriptor = number < (uint)_open.Length ? _open[number] : null;
        return descriptor is not null;
    }

    /// <summary>Gives a descriptor the lowest free number.</summary>
    /// <returns>False at <see cref="MaxDescriptors"/>.</returns>
    public bool TryAdd(FileDescriptor descriptor, out uint number)
    {
        var free = Array.IndexOf(_open, null);
        if (free < 0)
        {
            free = _open.Length;
            if (free >= MaxDescriptors)
            {
                number = 0;
                return false;
            }

            Array.Resize(ref _open, free * 2);
        }

        _open[free] = descriptor;
        _highest = Math.Max(_highest, free);
        number = (uint)free;
        return true;
    }

    public void Remove(uint number) => _open[number] = null;

    /// <summary>Gives the descriptor at <paramref name="from"/> the number <paramref name="to"/>; two numbers, both open.</summary>
    public void Move(uint from, uint to)
    {
        _open[to] = _open[from];
        _open[from] = null;
    }
}
