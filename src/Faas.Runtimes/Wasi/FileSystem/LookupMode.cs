namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>What a lookup does with a symbolic link at the end of the path. In the middle, links are always followed.</summary>
internal enum LookupMode
{
    /// <summary>Follows it (<c>lookupflags::symlink_follow</c>).</summary>
    Follow,

    /// <summary>Answers the link itself, unless a trailing slash asks for the directory it leads to.</summary>
    NoFollow,

    /// <summary>Answers the entry itself, always: for calls that make, remove or move a name.</summary>
    Entry,
}
