using System.Runtime.InteropServices;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Finds <c>Xᵀ·φ(X·w)</c> among the units, with any elementwise φ or none, and joins the products and what is between them into one unit.</summary>
/// <remarks>
/// Products with a matrix and few columns are bound by reading the matrix. By blocks of rows it is read from memory once for all of them. The columns must be
/// few (see <see cref="WidestFactor"/>): with more, arithmetic is the bound, and the products are better off with their own blocking.
/// </remarks>
internal sealed class OnePassFinder
{
    private const int WidestFactor = 16;

    // what the products of one unit read and write for a block of rows stays in cache beside the block
    private const int MostProducts = 64;

    private readonly UnitGraph _units;
    private readonly Dictionary<Slot, List<ProductUnit>> _readers = [];

    private OnePassFinder(UnitGraph units)
    {
        _units = units;
        foreach (ProductUnit product in units.Units.OfType<ProductUnit>())
        {
            Read(product.Left, product);
            if (product.Right != product.Left)
            {
                Read(product.Right, product);
            }
        }

        void Read(Slot slot, ProductUnit product)
        {
            // what is looked for: what an elementwise group computes, or another product
            if (slot.Producer is FusedGroup or ProductUnit)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_readers, slot, out _) ??= []).Add(product);
            }
        }
    }

    /// <summary>Joins all that can be joined.</summary>
    public static void Apply(UnitGraph units)
    {
        if (!units.Units.Any(unit => unit is ProductUnit))
        {
            return;
        }

        var finder = new OnePassFinder(units);
        foreach (FusedGroup group in units.Units.OfType<FusedGroup>().ToArray())
        {
            if (finder.Find(group) is { } found)
            {
                Join(units, found);
            }
        }

        foreach (ProductUnit product in units.Units.OfType<ProductUnit>().ToArray())
        {
            if (product.JoinedTo is null && finder.FindNext(product) is { } found)
            {
                Join(units, found);
            }
        }
    }

    private static void Join(UnitGraph units, OnePassUnit found)
    {
        units.Join(found.Members, found);
        found.Adopt();
    }

    // Xᵀ·(X·w), with nothing in between
    private OnePassUnit? FindNext(ProductUnit product)
    {
        if (OnePassForward.TryRead(product) is not { Width: <= WidestFactor } first)
        {
            return null;
        }

        var found = new OnePassUnit(new FusedGroup(first.Rows * first.Width), first);
        if (!found.SumsAreSmall)
        {
            return null;
        }

        AddBackwards(found, [.. Backwards([product.Result], product.Result.Equals).Where(backward => backward.Matrix == first.Matrix)]);
        return found.Backwards.Count > 0 ? found : null;
    }

    private OnePassUnit? Find(FusedGroup group)
    {
        IEnumerable<Slot> reads = group.Reads;
        if (!reads.Any(static slot => slot.Producer is ProductUnit))
        {
            return null;
        }

        // products that are part of another unit have given their results to it
        OnePassForward[] forwards = [.. reads.Select(slot => slot.Producer).OfType<ProductUnit>().Distinct().OrderBy(product => product.Index)
            .Select(OnePassForward.TryRead).OfType<OnePassForward>()];
        if (forwards.Length == 0)
        {
            return null;
        }

        OnePassBackward[] backwards = [.. Backwards(group.Writes.Where(group.Has), group.Has)];
        foreach (OnePassForward first in forwards.Where(
            forward => forward.Width <= WidestFactor && group.Suits(forward.Rows, forward.Width)
                && Array.Exists(backwards, backward => backward.Matrix == forward.Matrix)))
        {
            if (_units.CanRunAsOne(first.Product, group))
            {
                var found = new OnePassUnit(group, first);
                AddBackwards(found, backwards.Where(backward => backward.Matrix == first.Matrix));
                if (found.Backwards.Count > 0)
                {
                    AddForwards(found, forwards.Where(forward => forward.Matrix == first.Matrix));
                    return found;
                }
            }
        }

        return null;
    }

    private IEnumerable<OnePassBackward> Backwards(IEnumerable<Slot> slots, Func<Slot, bool> has) => slots
        .SelectMany(slot => _readers.GetValueOrDefault(slot) ?? []).Distinct()
        .Where(product => product.Result.Producer == product).OrderBy(product => product.Index)
        .SelectMany(product => ((Slot[])[product.Left, product.Right]).Where(has).Select(factor => OnePassBackward.TryRead(product, factor))
            .OfType<OnePassBackward>());

    private void AddBackwards(OnePassUnit found, IEnumerable<OnePassBackward> candidates)
    {
        foreach (OnePassBackward backward in candidates.Where(backward => backward.Rows == found.Rows && backward.Width == found.Width)
            .TakeWhile(_ => found.Backwards.Count < MostProducts))
        {
            if (!found.Members.Contains(backward.Product) && _units.CanRunAsOne([.. found.Members, backward.Product]))
            {
                found.Backwards.Add(backward);
            }
        }
    }

    // further products with the same matrix that the group reads, such as the point and the direction of a second derivative
    private void AddForwards(OnePassUnit found, IEnumerable<OnePassForward> candidates)
    {
        foreach (OnePassForward forward in candidates.Where(forward => forward.Rows == found.Rows && forward.Width == found.Width)
            .TakeWhile(_ => found.Forwards.Count < MostProducts))
        {
            if (!found.Members.Contains(forward.Product) && !forward.Product.Producers.Overlaps(found.Members)
                && _units.CanRunAsOne([.. found.Members, forward.Product]))
            {
                found.Forwards.Add(forward);
            }
        }
    }
}
