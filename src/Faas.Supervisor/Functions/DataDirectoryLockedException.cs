namespace Faas.Supervisor.Functions;

/// <summary>The data folder is in use by another process.</summary>
public sealed class DataDirectoryLockedException : IOException
{
    public DataDirectoryLockedException(string dataDirectory, int? holderProcessId)
        : base($"the data folder {dataDirectory} is in use by {(holderProcessId is { } pid ? $"process {pid}" : "another process")}: "
            + "stop it, or choose another folder with --data")
    {
        DataDirectory = dataDirectory;
        HolderProcessId = holderProcessId;
    }

    public string DataDirectory { get; }

    /// <summary>Null when the holder had not yet written it.</summary>
    public int? HolderProcessId { get; }
}
