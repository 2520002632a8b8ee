using System.Buffers.Binary;
using Faas.Runtimes.Modules;

namespace Faas.Runtimes.WasmC;

/// <summary>
/// The file between deploy and load: the layout of the module, then what the library serialised. Little-endian:
/// magic, six <c>u32</c> (pages, four positions, count of imports), a <c>u32</c> for each import (index, top bit: unstable).
/// </summary>
internal static class Artifact
{
    private const int FixedBytes = 32;
    private const uint UnstableBit = 1u << 31;

    private static ReadOnlySpan<byte> Magic => "FAASWC\x01\0"u8;

    public static byte[] Write(ModuleLayout layout, ReadOnlySpan<byte> native)
    {
        var bytes = new byte[FixedBytes + (4 * layout.Imports.Length) + native.Length];
        Magic.CopyTo(bytes);
        var at = Magic.Length;
        Put(layout.MinimumPages);
        Put((uint)layout.MemoryExport);
        Put((uint)layout.StartExport);
        Put((uint)layout.LimitExport);
        Put((uint)layout.RefusedExport);
        Put((uint)layout.Imports.Length);
        foreach (var import in layout.Imports)
        {
            Put((uint)import.Index | (import.IsUnstable ? UnstableBit : 0));
        }

        native.CopyTo(bytes.AsSpan(at));
        return bytes;

        void Put(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
            at += 4;
        }
    }

    /// <returns>False when it is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ModuleLayout layout, out ReadOnlySpan<byte> native)
    {
        layout = null!;
        native = default;
        if (bytes.Length < FixedBytes || !bytes.StartsWith(Magic))
        {
            return false;
        }

        var count = Get(bytes, 28);
        if (count > (uint)(bytes.Length - FixedBytes) / 4)
        {
            return false;
        }

        var imports = new ImportedFunction[count];
        for (var i = 0; i < imports.Length; i++)
        {
            var value = Get(bytes, FixedBytes + (4 * i));
            imports[i] = new ImportedFunction((int)(value & ~UnstableBit), (value & UnstableBit) != 0);
            if (imports[i].Index >= Wasi.WasiFunctions.All.Length)
            {
                return false;
            }
        }

        layout = new ModuleLayout(imports, Get(bytes, 8), (int)Get(bytes, 12), (int)Get(bytes, 16), (int)Get(bytes, 20), (int)Get(bytes, 24));
        native = bytes[(FixedBytes + (4 * imports.Length))..];
        return true;
    }

    private static uint Get(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
