namespace Hyperdiff;

/// <summary>Counts the products that code of the user's makes, and ends them: where they were cancelled, or are too many.</summary>
/// <param name="most">The most that are allowed.</param>
/// <param name="cancellation">Ends them too.</param>
internal sealed class ProductTally(long most, CancellationToken cancellation)
{
    /// <summary>Products with A, or evaluations.</summary>
    public long Products { get; private set; }

    /// <summary>Products with Aᵀ.</summary>
    public long TransposedProducts { get; private set; }

    /// <summary>Counts one.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="BudgetSpentException">There were as many as are allowed.</exception>
    public void Count(bool transposed)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Products + TransposedProducts >= most)
        {
            throw new BudgetSpentException(most);
        }

        Add(transposed ? 0 : 1, transposed ? 1 : 0);
    }

    /// <summary>Counts what others have made.</summary>
    public void Add(long products, long transposed) => (Products, TransposedProducts) = (Products + products, TransposedProducts + transposed);
}
