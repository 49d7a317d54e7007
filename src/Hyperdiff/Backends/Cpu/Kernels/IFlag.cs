namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>A truth value that is part of a type: what depends on it is decided when a kernel is compiled.</summary>
internal interface IFlag
{
    /// <summary>The value.</summary>
    static abstract bool Value { get; }
}

/// <summary>True.</summary>
internal readonly struct Yes : IFlag
{
    /// <inheritdoc/>
    public static bool Value => true;
}

/// <summary>False.</summary>
internal readonly struct No : IFlag
{
    /// <inheritdoc/>
    public static bool Value => false;
}
