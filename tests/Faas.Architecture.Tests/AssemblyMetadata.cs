using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Faas.Architecture.Tests;

/// <summary>
/// What an assembly's metadata says: which type uses which. A type's use is any token in its base, interfaces, fields,
/// signatures, local variables and instructions; nested types count as the outermost one.
/// </summary>
internal sealed class AssemblyMetadata
{
    private readonly MetadataReader _reader;
    private readonly PEReader _image;

    private AssemblyMetadata(PEReader image)
    {
        _image = image;
        _reader = image.GetMetadataReader();
        Types = [.. _reader.TypeDefinitions.Select(handle => new Type(NameOf(Outermost(handle)), NameOf(handle), [.. UsesOf(handle)], ImportsOf(handle)))];
    }

    /// <summary>Every type, nested ones too.</summary>
    public IReadOnlyList<Type> Types { get; }

    public static AssemblyMetadata Load(string assembly)
    {
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        return new AssemblyMetadata(new PEReader(new MemoryStream(bytes)));
    }

    /// <summary>First argument (the event id) of every attribute of this type, with the namespace it stands in.</summary>
    public IEnumerable<(string Namespace, int Value)> FirstArguments(string attribute)
    {
        foreach (var handle in _reader.MethodDefinitions)
        {
            var method = _reader.GetMethodDefinition(handle);
            foreach (var attributeHandle in method.GetCustomAttributes())
            {
                var value = _reader.GetCustomAttribute(attributeHandle);
                if (value.Constructor.Kind == HandleKind.MemberReference &&
                    NameOf(_reader.GetMemberReference((MemberReferenceHandle)value.Constructor).Parent) == attribute)
                {
                    var blob = _reader.GetBlobReader(value.Value);
                    blob.ReadUInt16(); // prolog
                    yield return (NamespaceOf(NameOf(Outermost(method.GetDeclaringType()))), blob.ReadInt32());
                }
            }
        }
    }

    /// <summary>Every method that the instructions of a type name: full name of the outermost type around them, that of the method, and of its parameters' types.</summary>
    public IEnumerable<(string Caller, string Method, IReadOnlyList<string> Parameters)> Calls()
    {
        foreach (var handle in _reader.MethodDefinitions)
        {
            var method = _reader.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            foreach (var token in Instructions.Tokens(_image.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
            {
                var called = MetadataTokens.EntityHandle(token);
                if (called.Kind == HandleKind.MethodSpecification)
                {
                    called = _reader.GetMethodSpecification((MethodSpecificationHandle)called).Method;
                }

                if (called.Kind == HandleKind.MemberReference
                    && _reader.GetMemberReference((MemberReferenceHandle)called) is var member
                    && member.GetKind() == MemberReferenceKind.Method)
                {
                    yield return (
                        NameOf(Outermost(method.GetDeclaringType())),
                        $"{NameOf(member.Parent)}.{_reader.GetString(member.Name)}",
                        [.. member.DecodeMethodSignature(new TypeNames(this), null).ParameterTypes]);
                }
            }
        }
    }

    public static string NamespaceOf(string type) => type.LastIndexOf('.') is var dot and > 0 ? type[..dot] : "";

    private TypeDefinitionHandle Outermost(TypeDefinitionHandle handle)
    {
        while (_reader.GetTypeDefinition(handle).GetDeclaringType() is { IsNil: false } outer)
        {
            handle = outer;
        }

        return handle;
    }

    private string NameOf(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                var definition = _reader.GetTypeDefinition((TypeDefinitionHandle)handle);
                return definition.GetDeclaringType() is { IsNil: false } outer
                    ? $"{NameOf(outer)}+{_reader.GetString(definition.Name)}"
                    : Join(definition.Namespace, definition.Name);
            case HandleKind.TypeReference:
                var reference = _reader.GetTypeReference((TypeReferenceHandle)handle);
                return reference.ResolutionScope.Kind == HandleKind.TypeReference
                    ? NameOf(reference.ResolutionScope)
                    : Join(reference.Namespace, reference.Name);
            case HandleKind.TypeSpecification:
                return _reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(new TypeNames(this), null);
            default:
                return "";
        }
    }

    private string Join(StringHandle space, StringHandle name) =>
        space.IsNil ? _reader.GetString(name) : $"{_reader.GetString(space)}.{_reader.GetString(name)}";

    private HashSet<string> UsesOf(TypeDefinitionHandle handle)
    {
        var uses = new HashSet<string>(StringComparer.Ordinal);
        var decoder = new UseDecoder(this, uses);
        var type = _reader.GetTypeDefinition(handle);
        Add(type.BaseType);
        foreach (var implementation in type.GetInterfaceImplementations())
        {
            Add(_reader.GetInterfaceImplementation(implementation).Interface);
        }

        foreach (var field in type.GetFields())
        {
            _reader.GetFieldDefinition(field).DecodeSignature(decoder, null);
        }

        foreach (var methodHandle in type.GetMethods())
        {
            var method = _reader.GetMethodDefinition(methodHandle);
            method.DecodeSignature(decoder, null);
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            var body = _image.GetMethodBody(method.RelativeVirtualAddress);
            if (!body.LocalSignature.IsNil)
            {
                _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(decoder, null);
            }

            foreach (var token in Instructions.Tokens(body.GetILReader()))
            {
                Add(MetadataTokens.EntityHandle(token));
            }
        }

        uses.Remove("");
        return uses;

        void Add(EntityHandle used)
        {
            if (used.IsNil)
            {
                return;
            }

            switch (used.Kind)
            {
                case HandleKind.TypeDefinition:
                    uses.Add(NameOf(Outermost((TypeDefinitionHandle)used)));
                    break;
                case HandleKind.TypeReference:
                    uses.Add(NameOf(used));
                    break;
                case HandleKind.TypeSpecification:
                    _reader.GetTypeSpecification((TypeSpecificationHandle)used).DecodeSignature(decoder, null);
                    break;
                case HandleKind.MemberReference:
                    var member = _reader.GetMemberReference((MemberReferenceHandle)used);
                    Add(member.Parent);
                    if (member.GetKind() == MemberReferenceKind.Method)
                    {
                        member.DecodeMethodSignature(decoder, null);
                    }
                    else
                    {
                        member.DecodeFieldSignature(decoder, null);
                    }

                    break;
                case HandleKind.MethodDefinition:
                    Add(_reader.GetMethodDefinition((MethodDefinitionHandle)used).GetDeclaringType());
                    break;
                case HandleKind.FieldDefinition:
                    Add(_reader.GetFieldDefinition((FieldDefinitionHandle)used).GetDeclaringType());
                    break;
                case HandleKind.MethodSpecification:
                    var specification = _reader.GetMethodSpecification((MethodSpecificationHandle)used);
                    Add(specification.Method);
                    specification.DecodeSignature(decoder, null);
                    break;
                default:
                    break;
            }
        }
    }

    private bool ImportsOf(TypeDefinitionHandle handle) => _reader.GetTypeDefinition(handle).GetMethods()
        .Any(method => _reader.GetMethodDefinition(method).Attributes.HasFlag(MethodAttributes.PinvokeImpl));

    /// <param name="Name">Full name of the outermost type around it.</param>
    /// <param name="FullName">Its own, <c>+</c> before a nested name.</param>
    /// <param name="Uses">Full names of the outermost types that it uses.</param>
    /// <param name="HasImports">It declares functions of native libraries.</param>
    internal sealed record Type(string Name, string FullName, IReadOnlyCollection<string> Uses, bool HasImports)
    {
        public string Namespace => NamespaceOf(Name);
    }

    // Of what is not generic and no array; the others are nothing that is asked for.
    private sealed class TypeNames(AssemblyMetadata owner) : ISignatureTypeProvider<string, object?>
    {
        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => owner.NameOf(handle);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => owner.NameOf(handle);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => "";

        public string GetArrayType(string elementType, ArrayShape shape) => "";

        public string GetByReferenceType(string elementType) => "";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "";

        public string GetGenericInstantiation(string genericType, System.Collections.Immutable.ImmutableArray<string> typeArguments) => genericType;

        public string GetGenericMethodParameter(object? genericContext, int index) => "";

        public string GetGenericTypeParameter(object? genericContext, int index) => "";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetPointerType(string elementType) => "";

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => "";
    }

    // Collects the names; the decoded value itself is of no use.
    private sealed class UseDecoder(AssemblyMetadata owner, HashSet<string> uses) : ISignatureTypeProvider<int, object?>
    {
        public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Add(owner.NameOf(owner.Outermost(handle)));

        public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Add(owner.NameOf(handle));

        public int GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public int GetArrayType(int elementType, ArrayShape shape) => 0;

        public int GetByReferenceType(int elementType) => 0;

        public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

        public int GetGenericInstantiation(int genericType, System.Collections.Immutable.ImmutableArray<int> typeArguments) => 0;

        public int GetGenericMethodParameter(object? genericContext, int index) => 0;

        public int GetGenericTypeParameter(object? genericContext, int index) => 0;

        public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

        public int GetPinnedType(int elementType) => 0;

        public int GetPointerType(int elementType) => 0;

        public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

        public int GetSZArrayType(int elementType) => 0;

        private int Add(string name)
        {
            uses.Add(name);
            return 0;
        }
    }
}
