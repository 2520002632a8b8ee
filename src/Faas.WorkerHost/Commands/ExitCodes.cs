namespace Faas.WorkerHost.Commands;

/// <summary>Exit codes of <c>faas-worker</c>; the supervisor acts on them.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int InvalidModule = 2;
    public const int Usage = 64;
}
