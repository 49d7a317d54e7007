using System.Diagnostics;
using System.Reflection;
using DiffSharp;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;
using static DiffSharp.dsharp;

namespace Hyperdiff.DiffSharp;

/// <summary>A function of DiffSharp tensors, and the programs that compute products with its Jacobian by DiffSharp, which have such programs in turn.</summary>
/// <remarks>
/// <para>Every product has a nesting level of its own, above those of all that goes in. A result has a derivative at that level only if it carries its tag;
/// otherwise it does not depend on what is differentiated in, and its derivative is zero. DiffSharp's own <c>diff</c> and <c>grad</c> read whatever derivative
/// the result carries, that of an enclosing level if it has none of its own.</para>
/// <para>Levels are numbered by one counter for the whole process, which two threads can set back for each other: products take turns.</para>
/// </remarks>
/// <param name="name">What to call it in messages.</param>
/// <param name="run">The function.</param>
internal sealed class DiffProgram(string name, Func<DiffTensor[], DiffTensor[]> run)
{
    private static readonly Lock s_turn = new();

    private bool _looked;
    private readonly Dictionary<Axes, DiffProgram> _tangents = [];
    private readonly Dictionary<Axes, DiffProgram> _cotangents = [];

    /// <summary>What the program is called in messages.</summary>
    public string Name { get; } = name;

    /// <summary>The function's results.</summary>
    public DiffTensor[] Run(DiffTensor[] operands)
    {
        lock (s_turn)
        {
            return run(operands);
        }
    }

    /// <summary>The program <c>(x, ẋ) → ẏ</c>, <c>ẏ = Σᵢ ∂y/∂xᵢ ẋᵢ</c> over some operands.</summary>
    /// <param name="active">Those operands, in whose order the ẋᵢ follow the operands.</param>
    public DiffProgram Tangent(Axes active)
    {
        lock (s_turn)
        {
            return Kept(_tangents, active, all => Tangent(all, active));
        }
    }

    /// <summary>The program <c>(x, ȳ) → x̄</c>, <c>x̄ᵢ = (∂y/∂xᵢ)ᵀ ȳ</c> for some operands.</summary>
    /// <param name="active">Those operands, in whose order the x̄ᵢ are returned.</param>
    /// <param name="operands">The number of operands x, which all ȳ follow.</param>
    public DiffProgram Cotangent(Axes active, int operands)
    {
        lock (s_turn)
        {
            return Kept(_cotangents, active, all => Cotangent(all[..operands], all[operands..], active));
        }
    }

    private DiffProgram Kept(Dictionary<Axes, DiffProgram> programs, Axes active, Func<DiffTensor[], DiffTensor[]> derived)
    {
        if (!programs.TryGetValue(active, out DiffProgram? program))
        {
            programs[active] = program = new DiffProgram($"the derivative of {Name}", derived);
        }

        return program;
    }

    private DiffTensor[] Tangent(DiffTensor[] all, Axes active)
    {
        int count = all.Length - active.Count;
        DiffTensor[] operands = all[..count];
        uint level = LevelAbove(all);
        for (int i = 0; i < active.Count; i++)
        {
            operands[active[i]] = operands[active[i]].forwardDiff(all[count + i], Level(level));
        }

        DiffTensor[] results = Differentiated(operands);
        return Array.ConvertAll(results, result => Carries(result, level) ? result.derivative : Zeros(result));
    }

    private DiffTensor[] Cotangent(DiffTensor[] operands, DiffTensor[] cotangents, Axes active)
    {
        uint level = LevelAbove([.. operands, .. cotangents]);
        DiffTensor[] leaves = [.. active.Items.Select(i => operands[i].reverseDiff(null, Level(level)))];
        DiffTensor[] point = [.. operands];
        for (int i = 0; i < leaves.Length; i++)
        {
            point[active[i]] = leaves[i];
        }

        DiffTensor[] results = Differentiated(point);

        if (results.Length != cotangents.Length)
        {
            throw new InvalidOperationException($"{Name} must return {cotangents.Length} tensors, and returned {results.Length}.");
        }

        // one pass for all results: that of ⟨ȳ, y⟩
        DiffTensor? product = null;
        for (int i = 0; i < results.Length; i++)
        {
            RequireLike(results[i], cotangents[i]);
            if (Carries(results[i], level))
            {
                DiffTensor term = (results[i] * cotangents[i]).sum(null);
                product = product is null ? term : product + term;
            }
        }

        if (product is not null)
        {
            RequireOwnLeaves(product, leaves, level);
            InDiffSharp(() =>
            {
                product.reverse(null, null);
                return 0;
            });
        }

        return [.. leaves.Select(
            leaf => product is not null && leaf.derivative.shape.AsSpan().SequenceEqual(leaf.shape) ? leaf.derivative : Zeros(leaf.primal))];
    }

    private DiffTensor[] Differentiated(DiffTensor[] operands) => InDiffSharp(() => run(operands));

    private T InDiffSharp<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (IsOfDiffSharp(exception))
        {
            throw new NotSupportedException(
                $"DiffSharp cannot differentiate {Name}: {exception.Message} Write that part in other operations of DiffSharp, or in Hyperdiff's.", exception);
        }
    }

    // what F#'s failwith throws, or what it stumbles over: not what the function throws itself
    private static bool IsOfDiffSharp(Exception exception) =>
        (exception is InvalidCastException or KeyNotFoundException || exception.GetType() == typeof(Exception))
        && new StackTrace(exception).GetFrames().Select(frame => frame.GetMethod()?.DeclaringType?.Assembly)
            .FirstOrDefault(assembly => assembly is not null && assembly != typeof(FSharpOption<>).Assembly)?.GetName().Name?
            .StartsWith("DiffSharp.", StringComparison.Ordinal) == true;

    // whether a result depends on what is differentiated in at this level
    private bool Carries(DiffTensor result, uint level)
    {
        if (result.isNoDiff || result.nestingTag < level)
        {
            return false;
        }

        return result.nestingTag == level ? true : throw new InvalidOperationException(
            $"{Name} returns a tensor that takes part in a differentiation of its own, begun within it; return its derivative, or its primal.");
    }

    // A leaf of this level that is not ours was made within, by DiffSharp's own parametersVector for one: what went into it would have no derivative. A
    // function
    // that is pure does the same at every call, so that it is looked at once.
    private void RequireOwnLeaves(DiffTensor result, DiffTensor[] leaves, uint level)
    {
        if (_looked)
        {
            return;
        }

        var seen = new HashSet<object>(leaves, ReferenceEqualityComparer.Instance);
        var open = new Stack<DiffTensor>([result]);
        while (open.TryPop(out DiffTensor? tensor))
        {
            if (!tensor.isReverseDiff || tensor.nestingTag != level || !seen.Add(tensor))
            {
                continue;
            }

            object operation = tensor.parentOp;
            object[] operands = FSharpValue.GetUnionFields(
                operation, typeof(TensorOp), FSharpOption<BindingFlags>.Some(BindingFlags.NonPublic | BindingFlags.Public)).Item2;
            if (operands.Length == 0)
            {
                throw new NotSupportedException(
                    $"DiffSharp cannot differentiate {Name}: a tensor of shape [{string.Join(", ", tensor.shape)}] within it was cut off from what it was made "
                        + "of, and its derivative would be lost. DiffSharp's model.parametersVector does that in reverse mode; use the parameters one by one.");
            }

            foreach (object operand in operands)
            {
                foreach (DiffTensor inner in operand as IEnumerable<DiffTensor> ?? (operand is DiffTensor one ? [one] : []))
                {
                    open.Push(inner);
                }
            }
        }

        _looked = true;
    }

    // DiffSharp would stretch the one to the other
    private void RequireLike(DiffTensor result, DiffTensor cotangent)
    {
        ArgumentNullException.ThrowIfNull(result, Name);
        TensorType expected = Storages.TypeOf(cotangent.primalRaw), found = Storages.TypeOf(result.primalRaw);
        if (expected != found)
        {
            throw new ShapeMismatchException($"{Name} must return {expected}, and returned {found}.");
        }
    }

    private static uint LevelAbove(DiffTensor[] operands)
    {
        nest();
        uint level = nestLevel();
        uint highest = operands.Max(operand => operand.isNoDiff ? 0 : operand.nestingTag);
        if (level <= highest)
        {
            level = highest + 1;
            nest(level);
        }

        return level;
    }

    private static FSharpOption<uint> Level(uint level) => FSharpOption<uint>.Some(level);

    private static DiffTensor Zeros(DiffTensor like) => like.zerosLike(null, null, null, null);
}
