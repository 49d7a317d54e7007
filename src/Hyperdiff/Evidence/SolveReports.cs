using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Reports as numbers: one, or one for each item of a batch, along any number of axes before the last.</summary>
internal static class SolveReports
{
    /// <summary>The reports; those of a batch have their item in the name: <c>adjoint of f, GMRES(20), item 3 of 10</c>, counted from 0, the outer batch
    /// first.</summary>
    /// <param name="solver">The name of the solver.</param>
    /// <param name="numbers">Of the shape <c>[items…, fields]</c>.</param>
    public static ImmutableArray<SolveReport> Read(string solver, Tensor numbers)
    {
        if (numbers.Rank == 1)
        {
            return [SolveReport.FromTensor(solver, numbers)];
        }

        (HostArray all, ImmutableArray<int> sizes) = (numbers.Read(), [.. numbers.Shape.Sizes.AsSpan()[..^1]]);
        var reports = ImmutableArray.CreateBuilder<SolveReport>(sizes.Aggregate(1, (count, size) => count * size));
        for (int position = 0; position < reports.Capacity; position++)
        {
            reports.Add(SolveReport.FromTensor($"{solver}{Item(position, sizes)}", Tensor.FromHost(all.Part(SolveReport.TensorType.Shape, position))));
        }

        return reports.MoveToImmutable();
    }

    /// <summary>Throws unless every item converged; makes no reports where all did.</summary>
    /// <param name="what">What rests on the solves, for the message.</param>
    /// <param name="solver">The name of the solver.</param>
    /// <param name="numbers">Of the shape <c>[items…, fields]</c>.</param>
    /// <exception cref="SolveException">An item did not converge.</exception>
    public static void ThrowUnlessConverged(string what, string solver, Tensor numbers)
    {
        ReadOnlySpan<double> all = numbers.AsSpan<double>();
        for (int i = 0; i < all.Length; i += SolveReport.TensorType.Shape[0])
        {
            if ((SolveStatus)(int)all[i] != SolveStatus.Converged)
            {
                SolveException.ThrowUnlessConverged(what, Read(solver, numbers));
            }
        }
    }

    private static string Item(int position, ImmutableArray<int> sizes)
    {
        string item = string.Empty;
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            (position, int index) = Math.DivRem(position, sizes[axis]);
            item = $", item {index} of {sizes[axis]}{item}";
        }

        return item;
    }
}
