using System.Collections.Immutable;
using System.Diagnostics;

namespace Hyperdiff;

/// <summary>A function of state and hyperparameters with its data bound, as solvers and methods see it: the types of its arguments and of the data are
/// hidden.</summary>
internal interface IBoundFunction
{
    /// <summary>The name of the method behind it.</summary>
    string Name { get; }

    /// <summary>How often the method was traced.</summary>
    int Traces { get; }

    /// <summary>Whether the function is known to be pure: if not, its graph holds for one linearization.</summary>
    bool IsPure { get; }

    /// <summary>Whether the user promised that its Jacobian in the state is not symmetric.</summary>
    bool IsNonSymmetric => false;

    /// <summary>How many samples the function is a mean over; null if it is none over <c>[Batch]</c> parameters.</summary>
    int? Samples => null;

    /// <summary>The ranks that the function is a mean over; null if it is that of one program.</summary>
    Ranks? Ranks => null;

    /// <summary>Which of the fixed operands of its graphs hold samples.</summary>
    ImmutableArray<int> SampleOperands => [];

    /// <summary>What the function behind it captured; null if nothing is known to be.</summary>
    CapturedVariables? Captured => null;

    /// <summary>The graph for arguments of these types.</summary>
    /// <param name="state">The state, a structure of the function's own type.</param>
    /// <param name="hyper">The hyperparameters, likewise.</param>
    /// <param name="readable">Whether the function may read values: not where it is the body of a loop or a solve.</param>
    BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true);

    /// <summary>The function on some of its samples, the mean over them: traced once per number of samples.</summary>
    /// <param name="samples">Which, <c>int32</c> of one axis.</param>
    IBoundFunction AtSamples(Tensor samples) => throw new UnreachableException($"{Name} is not a mean over samples.");
}
