namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Finds <c>Xᵀ·φ(X·w)</c> among the units, with any elementwise φ, and joins the products and what is between them into one unit.</summary>
/// <remarks>
/// Products with a matrix and few columns are bound by reading the matrix. By blocks of rows it is read from memory once for all of them. The columns must be
/// few (see <see cref="WidestFactor"/>): with more, arithmetic is the bound, and the products are better off with their own blocking.
/// </remarks>
internal static class OnePassFinder
{
    private const int WidestFactor = 16;

    /// <summary>Joins all that can be joined.</summary>
    public static void Apply(List<PlanUnit> units)
    {
        foreach (FusedGroup group in units.OfType<FusedGroup>().ToArray())
        {
            if (Find([.. units.OfType<ProductUnit>()], group) is { } found)
            {
                units.RemoveAll(found.Members.Contains);
                units.Add(found);
                found.Adopt();
            }
        }
    }

    private static OnePassUnit? Find(ProductUnit[] products, FusedGroup group)
    {
        foreach (ProductUnit product in products.Where(product => group.Reads.Contains(product.Result)))
        {
            if (OnePassForward.TryRead(product) is { Width: <= WidestFactor } first && group.Suits(first.Rows, first.Width)
                && !Dependence.Leaves([product], group, [product, group]))
            {
                var found = new OnePassUnit(group, first);
                AddBackwards(found, products);
                if (found.Backwards.Count > 0)
                {
                    AddForwards(found, products);
                    return found;
                }
            }
        }

        return null;
    }

    private static void AddBackwards(OnePassUnit found, ProductUnit[] products)
    {
        foreach (ProductUnit product in products.Where(product => !found.Members.Contains(product)))
        {
            foreach (Slot factor in (Slot[])[product.Left, product.Right])
            {
                if (found.Group.Has(factor) && OnePassBackward.TryRead(product, factor) is { } backward && backward.Matrix == found.Matrix
                    && backward.Rows == found.Rows && backward.Width == found.Width && Joins(found, product))
                {
                    found.Backwards.Add(backward);
                    break;
                }
            }
        }
    }

    // further products with the same matrix that the group reads, such as the point and the direction of a second derivative
    private static void AddForwards(OnePassUnit found, ProductUnit[] products)
    {
        foreach (ProductUnit product in products.Where(product => found.Group.Reads.Contains(product.Result) && !found.Members.Contains(product)))
        {
            if (OnePassForward.TryRead(product) is { } forward && forward.Matrix == found.Matrix && forward.Rows == found.Rows && forward.Width == found.Width
                && !Dependence.Reads(product, found.Members) && Joins(found, product))
            {
                found.Forwards.Add(forward);
            }
        }
    }

    private static bool Joins(OnePassUnit found, ProductUnit product)
    {
        PlanUnit[] inside = [.. found.Members, product];
        return !Dependence.Leaves(found.Members, product, inside) && found.Members.All(member => !Dependence.Leaves([product], member, inside));
    }
}
