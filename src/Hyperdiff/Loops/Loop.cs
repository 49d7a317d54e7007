using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Loops as values: traced once, whatever the number of steps, and differentiated in any mode and to any order.</summary>
/// <remarks>
/// The function of a step is traced for types alone, so that reading a value within it throws: choose by <see cref="Tensor.Where(Tensor, Tensor, Tensor)"/>, or
/// end by <see cref="While"/>. What it uses from outside is the same in every step, and differentiated too; what of it does not change from step to step is
/// computed once, before the loop.
/// </remarks>
public static class Loop
{
    /// <summary>A number of steps, <c>cₜ₊₁ = f(cₜ)</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="step">The step f, traced once.</param>
    /// <param name="start">The first carry c₀.</param>
    /// <param name="tree">How c is made of tensors; looked up by type if absent.</param>
    /// <param name="checkpointing">What a reverse pass keeps: <see cref="Checkpointing.None"/> (the residuals of every step) if absent; otherwise iterates
    /// only, every step being computed again on the way back.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <returns>The carry after the last step; the start if there is none.</returns>
    /// <exception cref="ShapeMismatchException">A leaf of f(c) is not like that of c.</exception>
    public static T Iterate<T>(int count, Func<T, T> step, T start, Tree<T>? tree = null, Checkpointing? checkpointing = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(step);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(start);
        var carry = new FlatTree<T>(tree ?? Tree.Of<T>(), start, "carry");
        TracedFunction body = Traced(carry, [], [], (leaves, _) => Flat(carry, leaves, step(carry.Rebuild(leaves))));
        return carry.Rebuild(ScanLoop.Run(KnownGraphs.Simplified(body.Graph), new LoopOperands(carry.Tensors, [], body.Captures), count,
            checkpointing: checkpointing));
    }

    /// <summary>One step for every row of a stack, <c>(cₜ₊₁, yₜ) = f(cₜ, xₜ)</c>.</summary>
    /// <param name="step">The step f, traced once.</param>
    /// <param name="start">The first carry c₀.</param>
    /// <param name="inputs">x: every leaf is the leaves of the steps, stacked along its axis 0.</param>
    /// <param name="carryTree">How c is made of tensors; looked up by type if absent.</param>
    /// <param name="inputTree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="outputTree">How y is made of tensors; looked up by type if absent.</param>
    /// <param name="checkpointing">As for <see cref="Iterate"/>.</param>
    /// <param name="reverse">Whether it begins with the last row; the outputs stay at the rows of their inputs.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <returns>The carry after the last step, and the outputs of all steps, stacked along axis 0 of every leaf.</returns>
    /// <exception cref="ShapeMismatchException">A leaf of the new carry is not like that of c, or stacks have different numbers of rows.</exception>
    public static (TCarry Carry, TOutput Outputs) Scan<TCarry, TInput, TOutput>(
        Func<TCarry, TInput, (TCarry Carry, TOutput Output)> step,
        TCarry start,
        TInput inputs,
        Tree<TCarry>? carryTree = null,
        Tree<TInput>? inputTree = null,
        Tree<TOutput>? outputTree = null,
        Checkpointing? checkpointing = null,
        bool reverse = false, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(start);
        var carry = new FlatTree<TCarry>(carryTree ?? Tree.Of<TCarry>(), start, "carry");
        var stacks = new FlatTree<TInput>(inputTree ?? Tree.Of<TInput>(), inputs, "inputs");
        int length = Rows(stacks);
        FlatTree<TOutput>? output = null;
        Tensor[] rows = Array.ConvertAll(stacks.Tensors, stack => Tensor.ZerosOf(stack.Type.Row));
        TracedFunction body = Traced(carry, rows, [.. stacks.Leaves.Select(leaf => leaf.Name)], (leaves, slices) =>
        {
            (TCarry next, TOutput made) = step(carry.Rebuild(leaves), stacks.Rebuild(slices));
            output = new FlatTree<TOutput>(outputTree ?? Tree.Of<TOutput>(), Allowed.Returned(made, "Loop.Scan: the output of the step"), "output");
            return [.. Flat(carry, leaves, next), .. output.Tensors];
        });
        Tensor[] results = ScanLoop.Run(KnownGraphs.Simplified(body.Graph), new LoopOperands(carry.Tensors, stacks.Tensors, body.Captures), length, reverse,
            checkpointing);
        return (carry.Rebuild(results[..carry.Tensors.Length]), output!.Rebuild(results[carry.Tensors.Length..]));
    }

    /// <summary>Steps <c>cₜ₊₁ = f(cₜ)</c> while a condition on cₜ holds, up to a limit.</summary>
    /// <remarks>
    /// Reverse mode keeps the residuals of the steps that were made, whatever the limit. The derivative treats the number of steps as constant. In a batch
    /// (<see cref="Diff.Vmap{T, TResult}(Func{T, TResult})"/>) every item stops by itself.
    /// </remarks>
    /// <param name="condition">Whether there is a next step: a <c>bool</c> scalar.</param>
    /// <param name="step">The step f, traced once.</param>
    /// <param name="start">The first carry c₀.</param>
    /// <param name="limit">The most steps.</param>
    /// <param name="tree">How c is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <returns>The last carry, and the number of steps as an <c>int32</c> scalar.</returns>
    /// <exception cref="SolveException">
    /// The condition still holds after the last step that was allowed, or the last carry is NaN. Inside a transformation its result carries the report, or
    /// throws.
    /// </exception>
    /// <exception cref="ShapeMismatchException">A leaf of f(c) is not like that of c, or the condition is not a <c>bool</c> scalar.</exception>
    public static (T Carry, Tensor Steps) While<T>(Func<T, Tensor> condition, Func<T, T> step, T start, int limit, Tree<T>? tree = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(step);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentNullException.ThrowIfNull(start);
        var carry = new FlatTree<T>(tree ?? Tree.Of<T>(), start, "carry");
        return RunWhile(carry, condition, step, (goesOn, body) => new WhileLoop(goesOn, body, carry.Tensors.Length, limit));
    }

    /// <summary>The same over tensors, where a last carry that is not a number is a result like any other.</summary>
    internal static Tensor[] WhileOfAnyNumbers(Func<Tensor[], Tensor> condition, Func<Tensor[], Tensor[]> step, Tensor[] start, int limit)
    {
        var carry = new FlatTree<Tensor[]>(Tree.Array(Tree.Tensor), start, "carry");
        return RunWhile(carry, condition, step, (goesOn, body) => new WhileLoop(goesOn, body, carry.Tensors.Length, limit) { AcceptsNaN = true }).Carry;
    }

    private static (T Carry, Tensor Steps) RunWhile<T>(FlatTree<T> carry, Func<T, Tensor> condition, Func<T, T> step, Func<Graph, Graph, WhileLoop> make)
    {
        TracedFunction body = Traced(carry, [], [], (leaves, _) => Flat(carry, leaves, step(carry.Rebuild(leaves))));
        TracedFunction goesOn = TracedFunction.Of(
            leaves => [RequireTruth(condition(carry.Rebuild(leaves)))],
            [.. carry.Tensors.Select((leaf, i) => leaf.As(body.Graph.InputTypes[i]))],
            [.. carry.Leaves.Select(leaf => leaf.Name)],
            readable: false);
        if (body.Graph.Communicates || goesOn.Graph.Communicates)
        {
            Replication.Require("Loop.While: the condition of a loop in which ranks exchange numbers", goesOn.Graph.Outputs[0].Type);
        }

        WhileLoop loop = make(KnownGraphs.Simplified(goesOn.Graph), KnownGraphs.Simplified(body.Graph));
        Tensor[] results = loop.Apply([.. carry.Tensors, .. goesOn.Captures, .. body.Captures]);
        if (!results[^1].IsTraced)
        {
            SolveReports.ThrowUnlessConverged("This value", loop.Name, results[^1]);
        }

        return (carry.Rebuild(results[..^2]), results[^2]);
    }

    private static TracedFunction Traced<T>(FlatTree<T> carry, Tensor[] slices, string[] names, Func<Tensor[], Tensor[], Tensor[]> body)
    {
        // a carry that differs from rank to rank after a step does so from the first one on
        Tensor[] start = carry.Tensors;
        while (true)
        {
            TracedFunction traced = TracedFunction.Of(
                all => body(all[..start.Length], all[start.Length..]),
                [.. start, .. slices],
                [.. carry.Leaves.Select(leaf => leaf.Name), .. names],
                readable: false);
            Tensor[] next = [.. start.Select((leaf, i) => i < traced.Graph.Outputs.Length && traced.Graph.Outputs[i].Type.VariesAcross is { } ranks
                ? leaf.As(leaf.Type with { VariesAcross = ranks }) : leaf)];
            if (next.AsSpan().SequenceEqual(start))
            {
                return traced;
            }

            start = next;
        }
    }

    private static Tensor[] Flat<T>(FlatTree<T> carry, Tensor[] before, T next)
    {
        var flat = new FlatTree<T>(carry.Tree, Allowed.Returned(next, "Loop: the step"), "carry");
        carry.RequireSameLeaves(flat, "Loop: the carry before and after a step");
        return [.. flat.Tensors.Select((leaf, i) => before[i].Type.VariesAcross is { } ranks && leaf.Type.VariesAcross is null
            ? new ToEachRank(ranks).Apply(leaf)[0] : leaf)];
    }

    private static int Rows<T>(FlatTree<T> stacks)
    {
        if (stacks.Leaves.IsEmpty)
        {
            throw new ArgumentException("Loop.Scan: the inputs have no leaves, so that nothing says how many steps there are; use Loop.Iterate.",
                nameof(stacks));
        }

        foreach (Leaf leaf in stacks.Leaves)
        {
            if (leaf.Value.Rank == 0 || leaf.Value.Shape[0] != stacks.Leaves[0].Value.Shape.Sizes.FirstOrDefault(-1))
            {
                throw new ShapeMismatchException(
                    $"Loop.Scan: leaf {leaf.Name} is {leaf.Value.Type} and leaf {stacks.Leaves[0].Name} is {stacks.Leaves[0].Value.Type}; every leaf has one "
                        + $"row per step along axis 0. Capture what all steps share.");
            }
        }

        return stacks.Leaves[0].Value.Shape[0];
    }

    private static Tensor RequireTruth(Tensor condition) => Allowed.Returned(condition, "Loop.While: the condition").Rank == 0 && condition.DType == DType.Bool
        ? condition
        : throw new ShapeMismatchException($"Loop.While: the condition is {condition.Type}, not a bool scalar; compare, and reduce by All() or Any().");
}
