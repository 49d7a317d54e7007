using System.Collections.Immutable;
using System.Text;

namespace Hyperdiff.Graphs;

/// <summary>
/// An operation that graphs are made of, with its rules side by side: types of the results, execution, batching, tangent, and transpose where it is linear.
/// </summary>
/// <remarks>
/// A primitive is a value: two with equal parameters are equal, which is what lets common subexpressions be found. Rules are written in primitives, so
/// derivatives nest. There is no reverse rule: reverse mode is the tangent, transposed.
/// </remarks>
public abstract record Primitive
{
    /// <summary>The name in messages and tables.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>Which result, if any, is a solve report as numbers (<see cref="SolveReport.ToTensor"/>), of a batch one for each item: its tangent is
    /// structurally zero, and it is never dropped.</summary>
    public virtual int? ReportResult => null;

    /// <summary>The types of the results.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    /// <exception cref="DTypeMismatchException">The element types do not fit.</exception>
    public abstract TensorType[] Infer(ReadOnlySpan<TensorType> operands);

    /// <summary>Computes the results from concrete operands that live on a backend.</summary>
    public abstract Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands);

    /// <summary>The tangents of the results, <c>ẏ = Σᵢ ∂y/∂xᵢ ẋᵢ</c>; null where they are structurally zero.</summary>
    /// <param name="operands">The operands x, of any shape that the primitive takes.</param>
    /// <param name="results">The results y, already computed, of the shapes that <see cref="Infer"/> says.</param>
    /// <param name="tangents">ẋ, each of the shape of its operand; null where structurally zero, at least one is not.</param>
    public abstract Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents);

    /// <summary>The results together with their tangents: for primitives whose tangent needs more of the computation than operands and results, such as
    /// loops.</summary>
    /// <inheritdoc cref="Tangent"/>
    public virtual (Tensor[] Results, Tensor?[] Tangents) Differentiate(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor[] results = Apply(operands);
        return (results, Tangent(operands, results, tangents));
    }

    /// <summary>
    /// For an equation that is linear in some of its operands: their cotangents, <c>x̄ᵢ = Lᵢᵀ ȳ</c> where <c>y = Σᵢ Lᵢ xᵢ</c>; null for the others and where
    /// structurally zero.
    /// </summary>
    /// <param name="cotangents">ȳ, each of the shape of its result; null where structurally zero, at least one is not.</param>
    /// <param name="operands">x: known values, or unknown in those operands in which the equation is linear.</param>
    /// <exception cref="NotSupportedException">The primitive is not linear in those operands.</exception>
    public virtual Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) =>
        throw new NotSupportedException($"{Name} is not linear, so it has no transpose: a tangent rule put a tangent where only a primal value may stand.");

    /// <summary>Where the primitive has no derivative, or one that jumps, at these operands: none for smooth ones. What stands for the derivative there is a
    /// convention, which a warning tells.</summary>
    /// <param name="operands">The operands x, of any shape that the primitive takes.</param>
    /// <param name="results">The results y, already computed, of the shapes that <see cref="Infer"/> says.</param>
    public virtual KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [];

    /// <summary>The same for primitives that hold graphs, counted.</summary>
    /// <param name="operands">The operands x, of any shape that the primitive takes.</param>
    /// <param name="results">The results y, already computed, of the shapes that <see cref="Infer"/> says.</param>
    /// <param name="active">Which operands are differentiated in.</param>
    public virtual KinkCount[] KinksWithin(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<bool> active) => [];

    /// <summary>The graphs that a primitive holds and is differentiated through; none for most.</summary>
    public virtual IEnumerable<Graph> Bodies => [];

    /// <summary>How many values there are within whose gradient is stopped.</summary>
    public virtual int StoppedCount => 0;

    /// <summary>The values within whose gradient is stopped.</summary>
    /// <param name="operands">The operands x, of any shape that the primitive takes.</param>
    /// <exception cref="NotSupportedException">They cannot be told apart.</exception>
    public virtual Tensor[] Stopped(ReadOnlySpan<Tensor> operands) => throw new NotSupportedException(
        $"{Name}: a gradient is stopped within, and differences would differentiate through it. Take derivatives instead (MixedProduct.Exact, "
            + $"Hypergradient.Implicit), or stop the gradient of what goes in.");

    /// <summary>The results with given values for what is stopped.</summary>
    /// <param name="operands">The operands x, of any shape that the primitive takes.</param>
    /// <param name="stopped">One per value of <see cref="Stopped"/>, of its shape.</param>
    public virtual Tensor[] ApplyHeld(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> stopped) => Apply(operands);

    /// <summary>Whether an equation that is linear in some of its operands makes zeros by a choice, even of operands that are live everywhere.</summary>
    /// <param name="linear">Which operands it is linear in; at least one.</param>
    public virtual bool Chooses(ReadOnlySpan<bool> linear) => false;

    /// <summary>
    /// For an equation that is linear in some of its operands, which are live only where masks say so: its results and where these are live. What is not live
    /// is a zero of a choice, so it stays 0 whatever it meets, ∞ and NaN included; what is live is computed as always.
    /// </summary>
    /// <param name="operands">At least one is linear, and has a mask unless the primitive <see cref="Chooses"/>.</param>
    /// <returns>Null for a primitive without such a rule: its results then depend on all that is live, and are live if anything is.</returns>
    public virtual LiveResult[]? Live(ReadOnlySpan<LiveOperand> operands) => null;

    /// <summary>Applies the primitive to every item of a batch at once, <c>yᵢ = f(xᵢ)</c>.</summary>
    /// <param name="operands">x, at least one of them batched.</param>
    /// <param name="size">The number of items.</param>
    /// <returns>The results, each with the batch as its axis 0, the report as well: every item has its own.</returns>
    public abstract Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size);

    /// <summary>The primitive for operands of which only some change from one application to the next, what depends on the others alone being done once; null
    /// if that is nothing.</summary>
    /// <param name="backend">What executes it.</param>
    /// <param name="operands">The operands of the first application.</param>
    /// <param name="changing">Which of them change.</param>
    internal virtual Func<Tensor[], Tensor[]>? Repeated(IBackend backend, ReadOnlySpan<Tensor> operands, Axes changing) => null;

    /// <summary>The value that computes the same bits as the primitive applied to values, and is simpler; null if there is none.</summary>
    /// <remarks>Deliberately absent, because they change bits: <c>x + 0 → x</c> (−0 + 0 is 0), <c>x · 0 → 0</c> (NaN, ∞ and −0), and any
    /// reassociation.</remarks>
    /// <param name="operands">The values.</param>
    /// <param name="emit">Adds an equation.</param>
    internal virtual Value? Simpler(ImmutableArray<Value> operands, Emitter emit) => null;

    /// <summary>Whether it has no result for some operands, and throws, or reports so: solves, factorizations, and what holds such. Nothing may run it
    /// where its result is not asked for.</summary>
    internal virtual bool MayFail => ReportResult is not null || Bodies.Any(body => body.MayFail);

    /// <summary>Whether <see cref="Execute"/> reads its operands into host memory and leaves its results there, rather than leaving that to the
    /// backend.</summary>
    internal virtual bool WorksOnHost => false;

    /// <summary>The primitive for one floating type where this one is for the other: itself if its types are those of its operands; null if there is
    /// none.</summary>
    /// <param name="types">Which type stands for which.</param>
    internal virtual Primitive? Retyped(Retyping types) => null;

    /// <summary>The primitive for some operands that it is linear in, and the results, in <c>float64</c> where they are in <c>float32</c>, while what it
    /// computes of the others stays as it is; null if it does not say.</summary>
    /// <param name="linear">Which operands.</param>
    internal virtual Primitive? Widened(ReadOnlySpan<bool> linear) => null;

    /// <summary>Whether code of the user's sees the operands, which may keep them, so that their memory is not given back while anyone holds them.</summary>
    internal virtual bool MayKeepOperands => !WorksOnHost;

    /// <summary>The types that operands must have, for a primitive that says itself which of its results are the same on all ranks: collectives, and what holds
    /// graphs. Null for all others, whose results differ from rank to rank if any operand does.</summary>
    /// <param name="operands">The types of the operands, of any shape that the primitive takes.</param>
    internal virtual TensorType[]? Wanted(ReadOnlySpan<TensorType> operands) => null;

    /// <summary>Whether ranks exchange numbers within, so that all have to run it, in the same order.</summary>
    internal virtual bool Communicates => Bodies.Any(body => body.Communicates);

    /// <summary>Whether it is nothing but a name for what it computes, made of settings and graphs: what was made of a graph of such is right for any that is
    /// equal, and keeps no object of the caller's alive.</summary>
    internal virtual bool IsValue => false;

    /// <summary>Whether plans keep its place among others of the kind: what ranks exchange, and what they are to be told at the next exchange.</summary>
    internal virtual bool IsOrdered => Communicates;

    /// <summary>Whether all operands of <see cref="Batched"/> have a batch: those that are the same for all items are repeated.</summary>
    internal virtual bool TakesWholeBatches => false;

    /// <summary>What <see cref="Execute"/> takes of memory beyond its operands and results, as far as it is known beforehand: for primitives that run graphs of
    /// their own.</summary>
    /// <returns>In bytes; 0 for primitives that need no such memory or cannot tell.</returns>
    public virtual long WorkingBytes(IBackend backend) => 0;

    /// <summary>Leaves the name and the report, which are the same for all values of a primitive, out of its text: <c>Sum { Reduced = (0) }</c>.</summary>
    protected virtual bool PrintMembers(StringBuilder builder) => false;

    /// <summary>Applies the primitive: at once if all operands are concrete, otherwise as an equation of the innermost trace among them.</summary>
    public Tensor[] Apply(params ReadOnlySpan<Tensor> operands)
    {
        foreach (Tensor operand in operands)
        {
            ArgumentNullException.ThrowIfNull(operand, nameof(operands));
        }

        return Trace.Innermost(this, operands) is { } trace ? trace.Record(this, operands) : Eager.Execute(this, operands);
    }
}
