namespace Hyperdiff;

/// <summary>A structure of tensors that is a vector space over its leaves. Implemented by generated code for <c>[Tree]</c> types.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface ITree<TSelf>
    where TSelf : ITree<TSelf>
{
    /// <summary>How the type is made of tensors.</summary>
    static abstract Tree<TSelf> Tree { get; }

    /// <summary>Adds leaf by leaf.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>Subtracts leaf by leaf.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>Multiplies every leaf by a scalar tensor.</summary>
    static abstract TSelf operator *(Tensor scalar, TSelf tree);

    /// <summary>Multiplies every leaf by a number.</summary>
    static abstract TSelf operator *(double scalar, TSelf tree);
}
