namespace Hyperdiff.Graphs;

/// <summary>Names something that is computed from a graph and kept with it, by value: its type says of which kind that is, its members of which
/// variant.</summary>
internal interface IDerivation
{
    /// <summary>The kind: of each, the variants that were used last are kept.</summary>
    object Kind => GetType();
}

/// <summary>Names something of a type that is computed from a graph.</summary>
/// <typeparam name="TResult">What is computed.</typeparam>
internal interface IDerivation<TResult> : IDerivation
    where TResult : class;
