using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Reports as numbers: one, or one for each item of a batch, along any number of axes before the last.</summary>
internal static class SolveReports
{
    /// <summary>The reports; those of a batch have their item in the name, the outer batch first.</summary>
    /// <param name="solver">The name of the solver.</param>
    /// <param name="numbers">Of the shape <c>[items…, fields]</c>.</param>
    public static ImmutableArray<SolveReport> Read(string solver, Tensor numbers) => [.. Items(solver, numbers).Select(report => report.Named)];

    /// <summary>The reports with their items.</summary>
    /// <param name="solver">The name of the solver.</param>
    /// <param name="numbers">Of the shape <c>[items…, fields]</c>.</param>
    public static ImmutableArray<ItemReport> Items(string solver, Tensor numbers)
    {
        if (numbers.Rank == 1)
        {
            return [new ItemReport(SolveReport.FromTensor(solver, numbers), [])];
        }

        (HostArray all, ImmutableArray<int> sizes) = (numbers.Read(), [.. numbers.Shape.Sizes.AsSpan()[..^1]]);
        var reports = ImmutableArray.CreateBuilder<ItemReport>(sizes.Aggregate(1, (count, size) => count * size));
        for (int position = 0; position < reports.Capacity; position++)
        {
            var part = Tensor.FromHost(all.Part(SolveReport.TensorType.Shape, position));
            reports.Add(new ItemReport(SolveReport.FromTensor(solver, part), Item(position, sizes)));
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

    private static ImmutableArray<(int Index, int Count)> Item(int position, ImmutableArray<int> sizes)
    {
        var items = new (int, int)[sizes.Length];
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            (position, int index) = Math.DivRem(position, sizes[axis]);
            items[axis] = (index, sizes[axis]);
        }

        return [.. items];
    }
}
