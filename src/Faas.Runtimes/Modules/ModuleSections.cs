using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Modules;

/// <summary>The sections of a module in their order.</summary>
internal sealed class ModuleSections
{
    private const int PreambleBytes = 8;

    private readonly List<(SectionId Id, byte[] Content)> _sections = [];
    private readonly byte[] _preamble;

    /// <exception cref="ModuleLoadException">It ends early, or has a section that is not known here.</exception>
    public ModuleSections(ReadOnlySpan<byte> wasm)
    {
        var reader = new WasmReader(wasm);
        _preamble = reader.ReadBytes(PreambleBytes).ToArray();
        while (!reader.IsAtEnd)
        {
            var id = (SectionId)reader.ReadByte();
            if (id >= SectionId.Tag)
            {
                throw ModuleRules.Invalid("the module has a section of a proposal that is not supported");
            }

            _sections.Add((id, reader.ReadName().ToArray()));
        }
    }

    /// <summary>Content of a section; empty when there is none.</summary>
    public ReadOnlySpan<byte> this[SectionId id] => Find(id) is var at and >= 0 ? _sections[at].Content : [];

    public bool Has(SectionId id) => Find(id) >= 0;

    public void Remove(SectionId id) => _sections.RemoveAt(Find(id));

    /// <summary>Replaces a section, or puts it where it belongs.</summary>
    public void Set(SectionId id, byte[] content)
    {
        var at = Find(id);
        if (at >= 0)
        {
            _sections[at] = (id, content);
            return;
        }

        var next = _sections.FindIndex(section => section.Id != SectionId.Custom && Rank(section.Id) > Rank(id));
        _sections.Insert(next < 0 ? _sections.Count : next, (id, content));
    }

    /// <summary>A vector section with elements behind those it has.</summary>
    public void Append(SectionId id, int count, ReadOnlySpan<byte> elements)
    {
        var reader = new WasmReader(this[id]);
        var present = reader.IsAtEnd ? 0 : reader.ReadUInt32();
        Set(id, new WasmWriter().Unsigned(present + (ulong)count).Raw(reader.Rest).Raw(elements).ToArray());
    }

    public byte[] Write()
    {
        var writer = new WasmWriter().Raw(_preamble);
        foreach (var (id, content) in _sections)
        {
            writer.Byte((byte)id).Sized(content);
        }

        return writer.ToArray();
    }

    private int Find(SectionId id) => _sections.FindIndex(section => section.Id == id);

    // The data count stands in front of the code.
    private static int Rank(SectionId id) => id == SectionId.DataCount ? (2 * (int)SectionId.Element) + 1 : 2 * (int)id;
}
