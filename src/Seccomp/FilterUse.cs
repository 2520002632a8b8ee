namespace Faas.Seccomp;

/// <summary>Who is filtered.</summary>
internal enum FilterUse
{
    /// <summary>What is confined from outside and runs a function, or reads its source.</summary>
    Guest,

    /// <summary>A zygote's child, which waits for its function with all of its confinement done but one mount.</summary>
    ZygoteChild,

    /// <summary>A zygote, which makes its children's namespaces.</summary>
    Zygote,
}
