namespace Faas.Supervisor.Functions;

/// <summary>A folder that only one process may use is in use by another.</summary>
public sealed class DataDirectoryLockedException : IOException
{
    public DataDirectoryLockedException(string dataDirectory, int? holderProcessId)
        : base($"{dataDirectory} is in use by {(holderProcessId is { } pid ? $"process {pid}" : "another process")}")
    {
        DataDirectory = dataDirectory;
        HolderProcessId = holderProcessId;
    }

    public string DataDirectory { get; }

    /// <summary>Null when the holder had not yet written it.</summary>
    public int? HolderProcessId { get; }
}
