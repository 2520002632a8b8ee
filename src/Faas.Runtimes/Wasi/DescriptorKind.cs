namespace Faas.Runtimes.Wasi;

/// <summary>What stands behind a descriptor.</summary>
internal enum DescriptorKind : byte
{
    StandardInput,
    StandardOutput,
    StandardError,
    Directory,
    File,
}
