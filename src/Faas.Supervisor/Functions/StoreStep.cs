namespace Faas.Supervisor.Functions;

/// <summary>The points of an add or a delete between which a crash may happen; tests stop at each of them.</summary>
internal enum StoreStep
{
    FolderStaged,
    SourceWritten,
    ModuleWritten,
    MetadataWritten,
    StageFlushed,
    Renamed,
    Committed,
    DeleteRenamed,
    DeleteCommitted,
    PinStaged,
    PinRenamed,
}
