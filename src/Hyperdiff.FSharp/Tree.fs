namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>How structures are made of tensors.</summary>
[<RequireQualifiedAccess>]
module Tree =

    /// <summary>The tree of an F# type, from its declaration: records (anonymous ones too), unions, tuples, arrays, lists, options and maps of tensors and of
    /// each other.</summary>
    /// <remarks>
    /// Integers, bool, char, string and enums, lengths, the keys of a map, the case of a union and whether an option has a value belong to the structure and
    /// are not leaves; a field marked <c>[&lt;Frozen&gt;]</c> is never differentiated. Plain floats are refused: a function would read the number, which cuts
    /// the derivative. Derived by reflection at the first use of a type, and kept. The functions of this library find trees themselves; pass this one to C#
    /// functions, which cannot.
    /// </remarks>
    /// <exception cref="T:System.NotSupportedException">The type, or that of a member, is none of these.</exception>
    [<CompiledName("Derive"); RequiresExplicitTypeArguments>]
    let derive<'T> : Tree<'T> = KnownTree<'T>.Require KnownTree<'T>.Derived

    /// <summary>The tree of a type as this library uses it: the registered one of a <c>[Tree]</c> type, a built-in one, or else the derived one.</summary>
    /// <exception cref="T:System.NotSupportedException">There is none, and none can be derived.</exception>
    [<CompiledName("Find"); RequiresExplicitTypeArguments>]
    let find<'T> : Tree<'T> = KnownTree<'T>.Require KnownTree<'T>.Tree

    /// <summary>Makes a tree known to C# too, where it is looked up by type; the first one for a type stays.</summary>
    /// <remarks>
    /// A tree by hand is an object expression, <c>{ new Tree&lt;Net&gt;() with member _.Flatten(net, writer) = … member _.Rebuild(prototype, reader) = … }</c>.
    /// Registered before the type is first used, it is used instead of the derived one, and nothing is reflected upon, as NativeAOT and trimming need it.
    /// </remarks>
    /// <param name="tree">The tree.</param>
    [<CompiledName("Register")>]
    let register (tree: Tree<'T>) = Tree.Register tree

    /// <summary>The structure with all its tensors in memory of a backend: what is computed from it is computed there.</summary>
    /// <param name="backend">The backend, as <c>CpuBackend.Instance</c> for the host.</param>
    /// <param name="structure">The structure; its tensors may be of any shape.</param>
    [<CompiledName("Place")>]
    let place (backend: Hyperdiff.Graphs.IBackend) (structure: 'T) = Tree.Place(structure, backend, find<'T>)

    /// <summary>left + right, leaf by leaf.</summary>
    /// <param name="left">A structure.</param>
    /// <param name="right">One with the same leaves.</param>
    [<CompiledName("Add")>]
    let add (left: 'T) (right: 'T) = VectorSpace.Add(find<'T>, left, right)

    /// <summary>left − right, leaf by leaf.</summary>
    /// <param name="left">A structure.</param>
    /// <param name="right">One with the same leaves.</param>
    [<CompiledName("Subtract")>]
    let subtract (left: 'T) (right: 'T) =
        VectorSpace.Subtract(find<'T>, left, right)

    /// <summary>scalar · value, leaf by leaf.</summary>
    /// <param name="scalar">The number.</param>
    /// <param name="value">The structure.</param>
    [<CompiledName("Scale")>]
    let scale (scalar: float) (value: 'T) =
        VectorSpace.Scale(find<'T>, scalar, value)

    /// <summary>scalar · left + right.</summary>
    [<CompiledName("Axpy")>]
    let axpy (scalar: float) (left: 'T) (right: 'T) = VectorSpace.Axpy(find<'T>, scalar, left, right)

    /// <summary>The inner product over all leaves.</summary>
    [<CompiledName("Dot")>]
    let dot (left: 'T) (right: 'T) = VectorSpace.Dot(find<'T>, left, right)

    /// <summary>The Euclidean norm over all leaves.</summary>
    [<CompiledName("Norm")>]
    let norm (value: 'T) = VectorSpace.Norm(find<'T>, value)
