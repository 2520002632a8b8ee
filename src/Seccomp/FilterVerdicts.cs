namespace Faas.Seccomp;

/// <summary>Where a filter's ways end.</summary>
internal sealed class FilterVerdicts
{
    internal BpfLabel Allow { get; } = new();

    /// <summary>EPERM.</summary>
    internal BpfLabel Refuse { get; } = new();

    /// <summary>EMFILE, as if all of them were in use.</summary>
    internal BpfLabel TooMany { get; } = new();

    /// <summary>EAFNOSUPPORT, after which programs try another address family.</summary>
    internal BpfLabel UnknownFamily { get; } = new();
}
